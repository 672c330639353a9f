package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.diag.Journal;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an archive holds, of a connector that is there, half there or not there. */
final class DiagCommandTest {
    private static final byte[] NO_UTF_8 = {(byte) 0xFF, 0, 'x'};
    private static final String STATE = "{\"tunnelID\":\"t\",\"connectorID\":\"c\"}";

    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private final Path directory;

    DiagCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void stop() {
        EventLoops.end(loops);
    }

    @Test
    void collectsWhatARunningConnectorSays() throws IOException {
        Endpoints endpoints = new Endpoints();
        for (String path :
                new String[] {"/diag/configuration", "/diag/system", "/diag/threads", "/diag/log", "/config", "/metrics"
                }) {
            endpoints.get(path, Endpoint.now(request -> AdminAnswer.text(200, "this is " + path)));
        }
        endpoints
                .get("/diag/tunnel", Endpoint.now(request -> AdminAnswer.json(200, STATE)))
                .get("/diag/recording", Endpoint.now(request -> AdminAnswer.bytes(200, NO_UTF_8)));

        Ran ran = diag(open(endpoints));

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(members(Path.of(ran.out().strip())))
                .containsEntry("tunnelstate.json", STATE)
                .containsEntry("metrics.txt", "this is /metrics")
                .containsEntry("configuration.json", "this is /config")
                .containsEntry("cli-configuration.json", "this is /diag/configuration")
                .containsEntry("systeminformation.json", "this is /diag/system")
                .containsEntry("threads.txt", "this is /diag/threads")
                .containsEntry("adit_logs.txt", "this is /diag/log")
                .containsEntry("recording.jfr", new String(NO_UTF_8, StandardCharsets.ISO_8859_1))
                .containsKey("task-result.json");
    }

    @Test
    void saysWhatCouldNotBeHadAndWritesTheRest() throws IOException {
        Endpoints endpoints =
                new Endpoints().get("/diag/tunnel", Endpoint.now(request -> AdminAnswer.json(200, STATE)));

        Ran ran = diag(open(endpoints));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("metrics.txt: /metrics answered with status 404");
        assertThat(members(Path.of(ran.out().strip()))).containsOnlyKeys("tunnelstate.json", "task-result.json");
    }

    @Test
    void saysThatNoConnectorRuns() throws IOException {
        AdminServer gone = open(new Endpoints());

        Ran ran = diag(gone);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("No instances found");
        assertThat(members(Path.of(ran.out().strip()))).containsKey("task-result.json");
    }

    @Test
    void findsAConnectorOnTheUsualPortsAndAsksWhichOneIfThereAreSeveral() throws IOException {
        AdminServer one = open(state("tunnel-1", "connector-1"));
        AdminServer other = open(state("tunnel-2", "connector-2"));

        Ran found = looking(one);
        Ran several = looking(one, other);

        assertThat(members(Path.of(found.out().strip()))).containsKey("tunnelstate.json");
        assertThat(several.exitCode()).isEqualTo(1);
        assertThat(several.out()).isEmpty();
        assertThat(several.err())
                .isEqualTo("Several connectors run here; say which with --metrics:\n"
                        + "  --metrics " + one.address() + "  tunnel tunnel-1  connector connector-1\n"
                        + "  --metrics " + other.address() + "  tunnel tunnel-2  connector connector-2\n");
    }

    private static Endpoints state(String tunnel, String connector) {
        return new Endpoints()
                .get(
                        "/diag/tunnel",
                        Endpoint.now(request -> AdminAnswer.json(
                                200, "{\"tunnelID\":\"" + tunnel + "\",\"connectorID\":\"" + connector + "\"}")));
    }

    /** The command without an address, where the usual ones are those of {@code servers}. */
    private Ran looking(AdminServer... servers) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(
                new DiagCommand(Arrays.stream(servers).map(AdminServer::address).toList(), new Journal()));
        int exitCode = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--no-diag-network", "--dir", directory.toString());
        return new Ran(exitCode, out.toString(), err.toString());
    }

    @Test
    void saysWhoHasTheLogOfAContainer() throws IOException {
        Ran ran = diag(open(state("t", "c")), "--diag-container-id=x");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains("container_logs.txt: logs of containers are not collected; add what 'docker logs x'");
    }

    @Test
    void namesTheDirectoryThatIsNotThere() {
        Path none = directory.resolve("none");
        Ran ran = Ran.of("diag", "--metrics=localhost:1", "--no-diag-network", "--dir=" + none);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).endsWith("adit diag: no file can be written into --dir " + none + ": no such file\n");
    }

    @Test
    void leavesOutWhatIsNotWanted() throws IOException {
        Endpoints endpoints = new Endpoints()
                .get("/diag/tunnel", Endpoint.now(request -> AdminAnswer.json(200, STATE)))
                .get("/diag/configuration", Endpoint.now(request -> AdminAnswer.json(200, "{}")))
                .get("/config", Endpoint.now(request -> AdminAnswer.json(200, "{}")));

        Ran ran = diag(open(endpoints), "--no-diag-logs", "--no-diag-metrics", "--no-diag-system", "--no-diag-runtime");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(members(Path.of(ran.out().strip())))
                .containsOnlyKeys(
                        "tunnelstate.json", "cli-configuration.json", "configuration.json", "task-result.json");
    }

    @Test
    void refusesAnAddressThatIsNone() {
        Ran ran = Ran.of("diag", "--metrics", "nonsense");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--metrics", "nonsense");
    }

    private Ran diag(AdminServer server, String... more) {
        String[] arguments = new String[more.length + 6];
        System.arraycopy(more, 0, arguments, 6, more.length);
        arguments[0] = "diag";
        arguments[1] = "--metrics";
        arguments[2] = server.address().toString();
        arguments[3] = "--no-diag-network";
        arguments[4] = "--dir";
        arguments[5] = directory.toString();
        return Ran.of(arguments);
    }

    private AdminServer open(Endpoints endpoints) throws IOException {
        return AdminServer.open(AdminAddress.parse("127.0.0.1:0"), endpoints, Transport.best(), loops.next());
    }

    private static Map<String, String> members(Path file) throws IOException {
        Map<String, String> members = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                members.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return members;
    }
}
