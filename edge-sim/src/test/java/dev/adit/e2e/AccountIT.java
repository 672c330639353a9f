package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as users type them: a tunnel from nothing to its end, a quick tunnel, and what a connector tells of itself. */
@Timeout(300)
final class AccountIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final EdgeSim sim;
    private final HttpServer origin;
    private final Map<String, String> variables = new HashMap<>();

    AccountIT(@TempDir Path home) throws IOException {
        this.home = home;
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("golden", List.of("golden.example.test"), null)));
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            StringBuilder text = new StringBuilder("hello");
            exchange.getRequestHeaders()
                    .forEach((name, values) ->
                            text.append('\n').append(name).append(": ").append(values));
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        origin.start();
        // What is not on this machine is none of a test's business.
        variables.put("TUNNEL_NO_PRECHECKS", "true");
        variables.put("HOME", home.toString());
        variables.put("TUNNEL_API_URL", sim.apiOrigin() + "/client/v4");
        variables.put("TUNNEL_EDGE", "127.0.0.1:" + sim.ports().tunnel());
        variables.put(
                "TUNNEL_CACERT",
                Files.writeString(home.resolve("ca.pem"), sim.caPem()).toString());
    }

    @AfterEach
    void stop() {
        sim.close();
        origin.stop(0);
    }

    @Test
    void leadsATunnelFromNothingToItsEnd() throws Exception {
        Path token = Files.writeString(home.resolve("api.token"), sim.apiToken() + "\n");
        variables.put("TUNNEL_API_TOKEN_FILE", token.toString());

        String created = succeed("tunnel", "create", "ci");
        String id = find(created, "Created tunnel ci with id ([0-9a-f-]{36})\n");
        Path credentials = home.resolve(".cloudflared").resolve(id + ".json");
        assertThat(created).startsWith("Tunnel credentials written to " + credentials);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials)))
                .isEqualTo("r--------");
        assertThat(succeed("tunnel", "list")).matches("ID +NAME +CREATED +CONNECTIONS\n[^|]*" + id + " ci [^|]*");
        assertThat(succeed("tunnel", "info", "ci")).isEqualTo("Your tunnel ci does not have any active connection.\n");
        assertThat(succeed("tunnel", "route", "dns", "ci", "ci.example.test"))
                .startsWith("Added CNAME ci.example.test which will route to this tunnel tunnelID=" + id);
        assertThat(succeed("tunnel", "route", "dns", id, "ci.example.test"))
                .startsWith("ci.example.test is already configured to route to your tunnel");
        assertThat(succeed("tunnel", "route", "dns", "-f", "golden", "ci.example.test"))
                .startsWith("Updated CNAME ci.example.test");
        assertThat(succeed("tunnel", "route", "dns", "--overwrite-dns", "ci", "ci.example.test"))
                .startsWith("Updated CNAME ci.example.test");
        assertThat(succeed("tunnel", "token", "ci").strip()).isEqualTo(sim.token("ci"));

        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("r--r--r--"));
        try (ConnectorProcess connector =
                ConnectorProcess.startAdit(home, variables, List.of("tunnel", "--url", url(), "run", id))) {
            sim.awaitServing("ci", 4, LIMIT).join();
            assertThat(get("ci.example.test")).startsWith("hello");
            assertThat(succeed("tunnel", "info", "ci"))
                    .contains("NAME:     ci\nID:       " + id, "CONNECTOR ID", "127.0.0.1", "4x");
            assertThat(succeed("tunnel", "info", "ci", "--output", "json"))
                    .contains("\"id\" : \"" + id + "\"", "\"conns\"", "\"colo_name\"", "\"origin_ip\" : \"127.0.0.1\"");
            assertThat(fail("tunnel", "delete", "ci"))
                    .contains("the tunnel ci has 4 connections: stop its connectors first, or give --force");
            String session = sim.sessions("ci").get(0).id().toString();
            assertThat(succeed("tunnel", "cleanup", "ci")).isEqualTo("Cleaned up connections of tunnel " + id + "\n");
            await(
                    "the end of the connection",
                    () -> sim.sessions("ci").stream()
                            .noneMatch(one -> one.id().toString().equals(session)));
            connector.terminate();
            assertThat(connector.exitCode()).isZero();
            assertThat(connector.output())
                    .containsOnlyOnce(credentials + " holds a secret that every user of this machine can read");
        }
        assertThat(succeed("tunnel", "delete", "--force", "ci"))
                .isEqualTo("Deleted tunnel ci with id " + id + "\nRemoved its credentials file " + credentials + "\n");
        assertThat(credentials).doesNotExist();
        assertThat(succeed("tunnel", "list", "--output", "yaml"))
                .contains("name: \"golden\"")
                .doesNotContain(id);
    }

    @Test
    void takesTheCertificateThatALoginLeft() throws Exception {
        String json = "{\"zoneID\":\"z\",\"accountID\":\"" + TunnelSpec.ACCOUNT + "\",\"apiToken\":\"" + sim.apiToken()
                + "\"}";
        Path certificate = Files.writeString(
                home.resolve("cert.pem"),
                "-----BEGIN ARGO TUNNEL TOKEN-----\n"
                        + Base64.getMimeEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8))
                        + "\n-----END ARGO TUNNEL TOKEN-----\n");

        String created = succeed("tunnel", "--origincert", certificate.toString(), "create", "web");

        String id = find(created, "with id ([0-9a-f-]{36})");
        assertThat(home.resolve(id + ".json")).exists();
        Path copy = home.resolve("copy.json");
        succeed("tunnel", "--origincert", certificate.toString(), "token", "--cred-file", copy.toString(), "web");
        assertThat(copy).hasSameTextualContentAs(home.resolve(id + ".json"));
    }

    @Test
    void deletesATunnelAgainWhoseCredentialsCanNotBeWritten() throws Exception {
        variables.put("TUNNEL_API_TOKEN", sim.apiToken());
        Path file = Files.writeString(home.resolve("file"), "");

        assertThat(fail("tunnel", "create", "--credentials-file", file + "/ci.json", "ci"))
                .contains("can't be written: ", "; so the tunnel was deleted again");

        assertThat(succeed("tunnel", "list", "--name", "ci")).startsWith("No tunnels were found");
        assertThat(fail("tunnel", "create", "--credentials-file", file.toString(), "ci"))
                .contains("the credentials file " + file + " exists already; it is not overwritten");
        assertThat(fail("tunnel", "create", "golden")).contains("it exists already", "You already have a tunnel");
        variables.put("TUNNEL_API_TOKEN", "wrong");
        assertThat(fail("tunnel", "list"))
                .contains("the API token may not do this")
                .doesNotContain("wrong");
    }

    @Test
    void servesAQuickTunnelAndPrintsItsAddress() throws Exception {
        variables.put("TUNNEL_QUICK_SERVICE", sim.apiOrigin());
        try (ConnectorProcess connector = ConnectorProcess.startAdit(
                home, variables, List.of("tunnel", "--url", url(), "--metrics", "127.0.0.1:0"))) {
            Pattern address = Pattern.compile("\\+-+\\+\n.*\n\\|  https://([^ ]+) +\\|\n\\+-+\\+\n");
            await(
                    "the box with the address",
                    () -> address.matcher(output(connector)).find());
            String host = find(output(connector), address.pattern());
            String name = host.substring(0, host.indexOf('.'));
            sim.awaitServing(name, 1, LIMIT).join();

            assertThat(get(host)).startsWith("hello");
            assertThat(sim.sessions(name)).hasSize(1);
            String admin = find(output(connector), "metrics server on ([0-9.:]+)/metrics");
            HttpRequest asked = HttpRequest.newBuilder(URI.create("http://" + admin + "/quicktunnel"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(asked, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"" + host + "\"");
            connector.terminate();
            assertThat(connector.exitCode()).isZero();
        }
    }

    @Test
    void tellsTheEdgeAndTheOriginWhatItWasTold() throws Exception {
        variables.put("TUNNEL_TOKEN", sim.token("golden"));
        try (ConnectorProcess connector = ConnectorProcess.start(
                home,
                variables,
                "--post-quantum",
                "--ha-connections=1",
                "--url",
                url(),
                "--tag",
                "Rack=b 7",
                "--tag",
                "zone=eu,floor=2",
                "-F",
                "support_datagram_v3_2",
                "--features=support_datagram_v3",
                "--label",
                "cellar")) {
            sim.awaitServing("golden", 1, LIMIT).join();

            RegistrationRequest.Client client =
                    sim.sessions("golden").get(0).registration().options().client();
            assertThat(client.features())
                    .contains("allow_remote_config", "postquantum", "support_datagram_v3_2")
                    .doesNotContain("support_datagram_v3")
                    .doesNotHaveDuplicates();
            assertThat(get("golden.example.test"))
                    .contains("Cf-warp-tag-rack: [b 7]", "Cf-warp-tag-zone: [eu]", "Cf-warp-tag-floor: [2]")
                    .contains("Cf-warp-tag-id: [" + client.id() + "]");
            assertThat(output(connector)).contains("Connector label=cellar");
        }
    }

    /** A process has to start for it, on a machine that is busy. */
    private static void await(String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNanos).as(what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private String url() {
        return "http://127.0.0.1:" + origin.getAddress().getPort();
    }

    private String get(String host) throws IOException, InterruptedException {
        HttpRequest get =
                HttpRequest.newBuilder(URI.create("http://" + host + "/")).build();
        return sim.client().send(get, HttpResponse.BodyHandlers.ofString()).body();
    }

    private String succeed(String... args) throws IOException, InterruptedException {
        return end(0, args);
    }

    private String fail(String... args) throws IOException, InterruptedException {
        return end(1, args);
    }

    private String end(int exitCode, String... args) throws IOException, InterruptedException {
        try (ConnectorProcess command = ConnectorProcess.startAdit(home, variables, List.of(args))) {
            int code = command.exitCode();
            assertThat(code)
                    .as("exit code of %s: %s", List.of(args), command.output())
                    .isEqualTo(exitCode);
            return command.output();
        }
    }

    private static String find(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
        return found.group(1);
    }

    private static String output(ConnectorProcess process) {
        try {
            return process.output();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
