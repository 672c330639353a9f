package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tls.SimCertificates;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of the same tunnel that takes the place of another. */
@Timeout(180)
final class TakeoverIT {
    private static final Pattern METRICS =
            Pattern.compile("Starting metrics server on 127\\.0\\.0\\.1:([0-9]+)/metrics");

    private final Path directory;
    private final Path socket;
    private final Path pidFile;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();
    private final List<ConnectorProcess> started = new ArrayList<>();

    TakeoverIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        socket = directory.resolve("adit-" + Lab.token().tunnelId() + ".sock");
        pidFile = directory.resolve("adit.pid");
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        Files.writeString(directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
        Files.writeString(directory.resolve("config.yml"), Lab.config(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        started.forEach(ConnectorProcess::close);
        edge.close();
        origin.close();
    }

    @Test
    void newProcessRegistersBeforeTheOldOneDrainsAndEndsWithZero() throws IOException, InterruptedException {
        ConnectorProcess old = start("old", "127.0.0.1:0");
        EdgeConnection first = edge.accept();
        assertThat(pidFile).doesNotExist();
        Lab.Registered before = Lab.Registered.on(first);
        old.await("Registered tunnel connection");
        String port = old.await(METRICS).group(1);
        EdgeStream running = before.connection().get(Lab.HOST, "/chunked");
        OriginExchange request = origin.next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        // The same address, which has to change hands.
        ConnectorProcess young = start("young", "127.0.0.1:" + port, "--takeover");
        young.await("Process " + old.pid() + " serves this tunnel");
        EdgeConnection coming = edge.accept();
        assertThat(plain(before)).isEqualTo("200");
        assertThat(old.output()).doesNotContain("Initiating");
        Lab.Registered after = Lab.Registered.on(coming);

        // The old one says good-bye only now, and still serves what comes before that is heard.
        before.control().next();
        assertThat(plain(before)).isEqualTo("200");
        before.control().answer(ControlScript.UNREGISTER_RETURN);
        young.await("Took over from process " + old.pid());
        assertThat(plain(after)).isEqualTo("200");
        assertThat(old.isAlive()).isTrue();
        request.proceed();
        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");

        assertThat(old.exitCode()).isZero();
        assertThat(old.output())
                .contains("Initiating graceful shutdown because process " + young.pid() + " takes over")
                .doesNotContain("Exception");
        assertThat(young.await(METRICS).group(1)).isEqualTo(port);
        assertThat(socket).exists();
        assertThat(Files.readString(pidFile)).isEqualTo(Long.toString(young.pid()));
        assertThat(plain(after)).isEqualTo("200");
        young.terminate();
        after.control().unregister();
        assertThat(young.exitCode()).isZero();
        assertThat(socket).doesNotExist();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void startsAsUsualWhereNobodyServesAndReplacesADeadSocket() throws IOException, InterruptedException {
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();

        ConnectorProcess only = start("only", "127.0.0.1:0", "--takeover");
        Lab.Registered tunnel = register();

        only.await("there is no process to take over from");
        assertThat(plain(tunnel)).isEqualTo("200");
        ConnectorProcess next = start("next", "127.0.0.1:0", "--takeover");
        next.await("Process " + only.pid() + " serves this tunnel");
        register();
        tunnel.control().unregister();
        assertThat(only.exitCode()).isZero();
    }

    @Test
    void secondProcessWithoutTheOptionLeavesTheFirstAlone() throws IOException, InterruptedException {
        ConnectorProcess first = start("first", "127.0.0.1:0");
        Lab.Registered tunnel = register();

        ConnectorProcess second = start("second", "127.0.0.1:0");
        register();

        second.await("no other process can take over from this one");
        assertThat(first.output()).doesNotContain("Initiating");
        assertThat(plain(tunnel)).isEqualTo("200");
        assertThat(socket).exists();
    }

    @Test
    void newProcessThatIsRefusedLeavesTheOldOneAlone() throws IOException, InterruptedException {
        ConnectorProcess old = start("old", "127.0.0.1:0");
        Lab.Registered tunnel = register();
        Files.writeString(directory.resolve("ca.pem"), new SimCertificates().caPem());

        ConnectorProcess young = start("young", "127.0.0.1:0", "--takeover");

        assertThat(young.exitCode()).isEqualTo(1);
        assertThat(old.output()).doesNotContain("Initiating");
        assertThat(plain(tunnel)).isEqualTo("200");
        assertThat(socket).exists();
    }

    @Test
    void changeOfTheFileWhileTheOtherProcessIsAskedIsSeen() throws IOException, InterruptedException {
        ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        silent.bind(UnixDomainSocketAddress.of(socket));

        ConnectorProcess young = start("young", "127.0.0.1:0", "--takeover");
        SocketChannel question = silent.accept();
        // The file has been read, and nothing looks after it before there is an answer.
        Files.writeString(directory.resolve("config.yml"), "ingress:\n  - service: http_status:410\n");
        silent.close();
        question.close();
        Lab.Registered tunnel = register();

        young.await(Pattern.compile("Configuration reloaded.*the file has changed"));
        assertThat(plain(tunnel)).isEqualTo("410");
    }

    private ConnectorProcess start(String name, String metrics, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "--token-file",
                directory.resolve("tunnel.token").toString(),
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--config",
                directory.resolve("config.yml").toString(),
                "--ha-connections",
                "1",
                "--state-dir",
                directory.toString(),
                "--pidfile",
                pidFile.toString(),
                "--metrics",
                metrics));
        args.addAll(List.of(more));
        Path log = Files.createDirectory(directory.resolve(name));
        ConnectorProcess process = ConnectorProcess.start(log, Map.of(), args.toArray(String[]::new));
        started.add(process);
        return process;
    }

    private Lab.Registered register() throws InterruptedException {
        return Lab.Registered.on(edge.accept());
    }

    private static String plain(Lab.Registered tunnel) throws InterruptedException {
        EdgeStream stream = tunnel.connection().get(Lab.HOST, "/plain");
        return stream.await(Answer::isOver).field(":status").orElseThrow();
    }
}
