package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The look at the surroundings that a connector takes at start, beside its work. */
@Timeout(180)
final class PrecheckIT {
    private static final Pattern ROW = Pattern.compile(
            "precheck run_id=(\\S+) component=\"([^\"]+)\" target=(\\S+) status=(\\S+) details=\"[^\"]+\"");

    private final Path home;
    private final EdgeSim sim;
    private final int free;
    private final Map<String, String> variables = new HashMap<>();

    PrecheckIT(@TempDir Path home) throws IOException {
        this.home = home;
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("golden", List.of("golden.example.test"), null)));
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = closed.getLocalPort();
        }
        variables.put("HOME", home.toString());
        variables.put("TUNNEL_NO_PRECHECKS", "false");
        variables.put("TUNNEL_API_URL", sim.apiOrigin() + "/client/v4");
        variables.put(
                "TUNNEL_TOKEN_FILE",
                Files.writeString(home.resolve("token"), sim.token("golden")).toString());
        variables.put(
                "TUNNEL_CACERT",
                Files.writeString(home.resolve("ca.pem"), sim.caPem()).toString());
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void showsSevenRowsUnderOneRunIdWhereAllIsWell() throws Exception {
        int port = sim.ports().tunnel();

        String output = outputOf("--edge", "127.0.0.1:" + port, "--edge", "localhost:" + port);

        assertThat(column(output, 1)).hasSize(7);
        assertThat(column(output, 1).stream().distinct()).hasSize(1);
        assertThat(column(output, 2))
                .containsExactly(
                        "DNS Resolution",
                        "DNS Resolution",
                        "UDP Connectivity",
                        "UDP Connectivity",
                        "TCP Connectivity",
                        "TCP Connectivity",
                        "Cloudflare API");
        assertThat(column(output, 4)).containsExactly("pass", "pass", "skip", "skip", "pass", "pass", "pass");
        assertThat(output)
                .contains(
                        "CONNECTIVITY PRE-CHECKS",
                        "SUMMARY: Environment is healthy",
                        "precheck complete run_id=" + column(output, 1).get(0)
                                + " hard_fail=false suggested_protocol=http2");
        assertThat(levels(output)).containsOnly("INF");
    }

    @Test
    void warnsAndGoesOnWhereTheEdgeIsUnreachable() throws Exception {
        String output = outputOf("--edge", "127.0.0.1:" + free);

        assertThat(column(output, 4)).containsExactly("pass", "skip", "fail", "pass");
        assertThat(output)
                .contains(
                        "ERROR: let this machine open TCP connections to port " + free + " of the edge (127.0.0.1:"
                                + free,
                        "SUMMARY: Environment has critical failures",
                        "precheck complete run_id=" + column(output, 1).get(0) + " hard_fail=true");
        assertThat(levels(output)).containsExactly("INF", "INF", "WRN", "INF");
    }

    @Test
    void registersThoughAPrecheckFailed() throws Exception {
        variables.put("TUNNEL_API_URL", "http://127.0.0.1:" + free);
        try (ConnectorProcess connector =
                start("--edge", "127.0.0.1:" + sim.ports().tunnel())) {
            connector.await("Registered tunnel connection");
            connector.await("precheck complete");

            connector.terminate();
            assertThat(connector.exitCode()).isZero();
            assertThat(connector.output())
                    .contains("WARNING: a tunnel runs without 127.0.0.1:" + free)
                    .contains("hard_fail=false");
        }
    }

    @Test
    void callsAnEdgeThatNeverAnswersBlocked() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String edge = "127.0.0.1:" + mute.getLocalPort();

            String output = outputOf("--edge", edge);

            assertThat(column(output, 4)).containsExactly("pass", "skip", "fail", "pass");
            assertThat(output)
                    .contains(
                            "details=\"HTTP/2 connection is blocked or unreachable\"",
                            "ERROR: let this machine open TCP connections to port " + mute.getLocalPort()
                                    + " of the edge (" + edge + "): no answer within 10s",
                            "SUMMARY: Environment has critical failures",
                            "hard_fail=true");
        }
    }

    @Test
    void isShownByAProcessThatGivesUpAtOnce() throws Exception {
        try (ConnectorProcess connector = distrustful()) {
            assertThat(connector.exitCode()).isEqualTo(1);

            String output = connector.output();
            assertThat(column(output, 4)).containsExactly("pass", "skip", "fail", "pass");
            assertThat(output).containsSubsequence("precheck complete run_id=", "Initiating shutdown error=");
        }
    }

    @Test
    void isLeftOutIfNotWanted() throws Exception {
        variables.put("TUNNEL_NO_PRECHECKS", "true");
        try (ConnectorProcess connector = distrustful()) {
            assertThat(connector.exitCode()).isEqualTo(1);

            assertThat(connector.output())
                    .contains("Initiating shutdown error=")
                    .doesNotContain("precheck run_id")
                    .doesNotContain("PRE-CHECKS");
        }
    }

    /** A connector that trusts another edge than the one that it finds, so that it gives up with its first connection. */
    private ConnectorProcess distrustful() throws IOException {
        Files.writeString(home.resolve("ca.pem"), new SimCertificates().caPem());
        return start("--edge", "127.0.0.1:" + sim.ports().tunnel());
    }

    @Test
    void commandSeesThatLargePacketsAreLost() throws Exception {
        String edge = "127.0.0.1:" + sim.ports().tunnel();
        String row = "Large Packets\\s+" + Pattern.quote(edge) + "\\s+";

        assertThat(outputOfCheck(edge, 0)).containsPattern(row + "PASS\\s+arrive");
        sim.inject(new Fault.LargePackets(Flow.IN, 4_000));
        assertThat(outputOfCheck(edge, 1))
                .containsPattern("TCP Connectivity\\s+" + Pattern.quote(edge) + "\\s+PASS")
                .containsPattern(row + "FAIL\\s+are lost on the way");
    }

    private String outputOfCheck(String edge, int exitCode) throws Exception {
        try (ConnectorProcess check = ConnectorProcess.startAdit(home, variables, List.of("check", "--edge", edge))) {
            assertThat(check.exitCode()).as(check.output()).isEqualTo(exitCode);
            return check.output();
        }
    }

    @Test
    void isPartOfADiagnosis() throws Exception {
        variables.put("TUNNEL_EDGE", "127.0.0.1:" + sim.ports().tunnel());
        variables.put("TUNNEL_METRICS", "127.0.0.1:" + free);
        try (ConnectorProcess diag =
                ConnectorProcess.startAdit(home, variables, List.of("tunnel", "diag", "--dir", home.toString()))) {
            assertThat(diag.exitCode()).isEqualTo(1);
        }

        assertThat(member("prechecks.json")).contains("\"RunID\" : \"", "\"HardFail\" : false", "\"DNS Resolution\"");
    }

    private String outputOf(String... more) throws IOException {
        try (ConnectorProcess connector = start(more)) {
            connector.await("precheck complete");
            return connector.output();
        }
    }

    private ConnectorProcess start(String... more) throws IOException {
        return ConnectorProcess.startAdit(
                home,
                variables,
                Stream.concat(Stream.of("tunnel", "run"), Stream.of(more)).toList());
    }

    private static List<String> column(String output, int group) {
        List<String> found = new ArrayList<>();
        ROW.matcher(output).results().forEach(row -> found.add(row.group(group)));
        return found;
    }

    /** The levels of the lines of the rows. */
    private static List<String> levels(String output) {
        return output.lines()
                .filter(line -> ROW.matcher(line).find())
                .map(line -> line.substring(line.indexOf(' ') + 1).substring(0, 3))
                .toList();
    }

    private String member(String name) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            Path archive = files.filter(file -> file.toString().endsWith(".zip"))
                    .findFirst()
                    .orElseThrow();
            try (InputStream in = Files.newInputStream(archive);
                    ZipInputStream zip = new ZipInputStream(in)) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    if (entry.getName().equals(name)) {
                        return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
                    }
                }
            }
        }
        throw new AssertionError("no " + name);
    }
}
