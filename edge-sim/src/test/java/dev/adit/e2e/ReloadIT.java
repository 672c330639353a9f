package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration file that changes under a connector that runs. */
@Timeout(120)
final class ReloadIT {
    private static final String GONE = "ingress:\n  - service: http_status:410\n";

    private final Path directory;
    private final Path file;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();
    private ConnectorProcess connector;
    private Lab.Registered tunnel;

    ReloadIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        file = Files.writeString(directory.resolve("config.yml"), Lab.config(origin.port()));
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        Files.writeString(directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        List<String> args = List.of(
                "--token-file",
                directory.resolve("tunnel.token").toString(),
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--config",
                file.toString(),
                "--ha-connections",
                "1",
                "--metrics",
                "127.0.0.1:0");
        connector = ConnectorProcess.start(directory, Map.of(), args.toArray(String[]::new));
        tunnel = Lab.Registered.on(edge.accept());
    }

    @AfterEach
    void stop() throws IOException {
        connector.close();
        edge.close();
        origin.close();
    }

    @Test
    void hangupPutsNewRulesInForceAndTellsTheEdge() throws IOException, InterruptedException {
        Files.writeString(file, GONE);

        connector.signal("HUP");

        connector.await("Configuration reloaded");
        assertThat(status("/plain")).isEqualTo("410");
        assertThat(new String(tunnel.control().next(), StandardCharsets.ISO_8859_1))
                .contains("\"service\":\"http_status:410\"");
        assertThat(connector.isAlive()).isTrue();
    }

    @Test
    void fileThatIsRenamedIntoPlaceIsSeenAndRunningRequestsKeepTheirRule() throws IOException, InterruptedException {
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange request = origin.next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);
        Path other = Files.writeString(directory.resolve("config.yml.new"), GONE);

        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        connector.await(Pattern.compile("Configuration reloaded.*the file has changed"));
        assertThat(status("/plain")).isEqualTo("410");
        request.proceed();
        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
    }

    @Test
    void fileWithMistakesChangesNothingAndEachIsNamed() throws IOException, InterruptedException {
        Files.writeString(file, """
                ingres: []
                ingress:
                  - hostname: "a*b.example"
                    service: http://127.0.0.1:8080
                  - service: http_status:99
                """);

        connector.await("Configuration not reloaded, nothing is changed");

        assertThat(connector.output())
                .contains(file + ":1: ingres")
                .contains(file + ":3: ingress[0].hostname")
                .contains(file + ":5: ingress[1].service");
        assertThat(status("/plain")).isEqualTo("200");
    }

    @Test
    void fileThatIsGoneChangesNothing() throws IOException, InterruptedException {
        Files.delete(file);

        connector.await("--config " + file + " can't be read: no such file");

        assertThat(status("/plain")).isEqualTo("200");
        Files.writeString(file, GONE);
        connector.await("Configuration reloaded");
        assertThat(status("/plain")).isEqualTo("410");
    }

    @Test
    void settingsThatTakeARestartAreNamedWithoutTheirValues() throws IOException, InterruptedException {
        Files.writeString(file, "grace-period: 77s\ncredentials-contents: secret-4711\n" + "url: http://x\n" + GONE);

        connector.await("These settings have changed, which takes a restart: credentials-contents, grace-period");

        assertThat(connector.output())
                .doesNotContain("secret-4711")
                .doesNotContain(Lab.token().encode());
        assertThat(status("/plain")).isEqualTo("410");
    }

    @Test
    void valueThatNoProcessCouldStartWithIsRefused() throws IOException, InterruptedException {
        Files.writeString(file, "grace-period: 10m\n" + GONE);

        connector.await("config.yml: grace-period must be 0s to 3m0s, was 600s");

        assertThat(connector.output()).doesNotContain("Configuration reloaded");
        assertThat(status("/plain")).isEqualTo("200");
    }

    @Test
    void userSignalForTheLogEndsNothing() throws IOException, InterruptedException {
        connector.signal("USR1");
        connector.signal("HUP");

        connector.await(Pattern.compile("Configuration reloaded.*SIGHUP"));
        assertThat(status("/plain")).isEqualTo("200");
    }

    @Test
    void quitSignalPrintsTheThreadsAndEndsNothing() throws IOException, InterruptedException {
        connector.signal("QUIT");

        connector.await("Full thread dump");
        assertThat(status("/plain")).isEqualTo("200");
        assertThat(connector.isAlive()).isTrue();
    }

    private String status(String path) throws InterruptedException {
        EdgeStream stream = tunnel.connection().get(Lab.HOST, path);
        return stream.await(Answer::isOver).field(":status").orElseThrow();
    }
}
