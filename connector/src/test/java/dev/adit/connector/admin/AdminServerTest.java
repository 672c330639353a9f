package dev.adit.connector.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class AdminServerTest {
    private static final AdminAddress ANY_PORT = AdminAddress.parse("127.0.0.1:0");

    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private final CompletableFuture<AdminAnswer> slow = new CompletableFuture<>();
    private final AtomicInteger slowAsked = new AtomicInteger();
    private final List<AdminServer> servers = new ArrayList<>();
    private final Endpoints endpoints = new Endpoints()
            .get("/hello", Endpoint.now(request -> AdminAnswer.text(200, "hello\n")))
            .get("/broken", Endpoint.now(request -> {
                throw new IllegalStateException("broken on purpose");
            }))
            .get("/slow", request -> {
                slowAsked.incrementAndGet();
                return slow;
            })
            .add(Endpoints.ANY, "/any", Endpoint.now(request -> AdminAnswer.text(200, request.method() + "\n")))
            .add(
                    "POST",
                    "/echo",
                    Endpoint.now(request ->
                            AdminAnswer.json(202, request.query().getOrDefault("q", List.of()) + request.body())));

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        slow.complete(AdminAnswer.text(200, "late\n"));
        servers.forEach(server ->
                server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join());
        EventLoops.end(loops);
    }

    @Test
    void answersOnAPortOfLoopback() throws IOException {
        AdminServer server = open(ANY_PORT);

        AdminAnswer answer = AdminClient.of(server.address()).ask("GET", "/hello", Waiting.LIMIT);

        assertThat(answer).isEqualTo(AdminAnswer.text(200, "hello\n"));
    }

    @Test
    void answersOnAUnixDomainSocketThatOnlyItsUserMayOpen() throws IOException {
        Path socket = directory.resolve("admin.sock");
        AdminServer server = open(new AdminAddress.Unix(socket));

        AdminAnswer answer = AdminClient.of(server.address()).ask("POST", "/echo?q=a%20b&q=c", Waiting.LIMIT);

        assertThat(answer).isEqualTo(AdminAnswer.json(202, "[a b, c]"));
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void takesTheSocketOfAProcessThatIsNoMoreAndNotOfOneThatLives() throws IOException {
        AdminAddress address = new AdminAddress.Unix(directory.resolve("admin.sock"));
        AdminServer first = open(address);

        assertThatThrownBy(() -> open(address))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("failed to bind to address " + address + ": another process listens there");

        Path left = directory.resolve("left.sock");
        Files.createLink(left, directory.resolve("admin.sock"));
        first.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(directory.resolve("admin.sock")).doesNotExist();
        AdminServer second = open(new AdminAddress.Unix(left));
        assertThat(AdminClient.of(second.address())
                        .ask("GET", "/hello", Waiting.LIMIT)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void leavesAFileAloneThatIsNoSocket() throws IOException {
        Path file = Files.writeString(directory.resolve("precious.txt"), "text");

        assertThatThrownBy(() -> open(new AdminAddress.Unix(file)))
                .hasMessage("failed to bind to address unix:" + file + ": it is no socket");
        assertThat(file).hasContent("text");
    }

    @Test
    void namesTheAddressThatIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AdminAddress taken = new AdminAddress.Tcp("127.0.0.1", other.getLocalPort());

            assertThatThrownBy(() -> open(taken))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("failed to bind to address " + taken + ": ")
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void findsAPortForEachOfManyThatAskForTheUsualOnes() throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ports.add(port(open(new AdminAddress.Usual())));
        }

        assertThat(ports).doesNotHaveDuplicates();
        assertThat(ports.stream().filter(port -> port < 20_241 || port > 20_245))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /nothing | 404 | there is nothing at this path",
                "GET    | /        | 404 | there is nothing at this path",
                "POST   | /hello   | 405 | this path takes GET, HEAD only",
                "GET    | /echo    | 405 | this path takes POST only",
                "GET    | /hello?x | 200 | hello",
                "DELETE | /any     | 200 | DELETE",
                "GET    | /broken  | 500 | this failed, the log says why"
            })
    void saysWhatThereIs(String method, String path, int status, String body) throws IOException {
        AdminAnswer answer = AdminClient.of(open(ANY_PORT).address()).ask(method, path, Waiting.LIMIT);

        assertThat(answer).isEqualTo(AdminAnswer.text(status, body + "\n"));
    }

    @Test
    void namesTheMethodsThatAPathTakes() throws IOException {
        assertThat(raw(
                        open(ANY_PORT),
                        "POST /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("\r\nallow: GET, HEAD\r\n");
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        assertThat(raw(open(ANY_PORT), "HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\ncontent-length: 6\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void answersRequestsThatComeAtOnceInTheirOrder() throws IOException {
        String both = raw(
                open(ANY_PORT),
                "GET /any HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(both).containsSubsequence("HTTP/1.1 200 ", "GET\n", "HTTP/1.1 200 ", "hello\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | nonsense",
                "414 | GET /LONG HTTP/1.1",
                "431 | GET /hello HTTP/1.1\\r\\nX: LONG",
                "413 | POST /echo HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 70000\\r\\nConnection: close"
            })
    void boundsWhatAClientMaySend(int status, String head) throws IOException {
        String request = head.replace("\\r\\n", "\r\n").replace("LONG", "x".repeat(9_000)) + "\r\n\r\n";

        assertThat(raw(open(ANY_PORT), request)).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({"Origin, http://evil.example", "Sec-Fetch-Site, cross-site"})
    void letsNoPageOfABrowserChangeAnything(String field, String value) throws IOException {
        AdminServer server = open(ANY_PORT);
        String fields = " HTTP/1.1\r\nHost: a\r\n" + field + ": " + value
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

        assertThat(raw(server, "POST /echo" + fields)).startsWith("HTTP/1.1 403 ");
        assertThat(raw(server, "GET /hello" + fields)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void closesConnectionsBeyondAFew() throws IOException {
        AdminServer server = open(ANY_PORT);
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 65; i++) {
                sockets.add(connect(server));
            }
            Socket last = sockets.get(64);
            assertThat(last.getInputStream().read()).isEqualTo(-1);

            sockets.get(0).close();
            Waiting.until("a place is free", () -> answers(server));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void answersWhatWasAskedBeforeItCloses() throws Exception {
        AdminServer server = open(ANY_PORT);
        CompletableFuture<AdminAnswer> waiting = CompletableFuture.supplyAsync(() -> ask(server, "/slow"));
        Waiting.until("the request has arrived", () -> slowAsked.get() == 1);
        Socket idle = connect(server);
        // Its answer shows that the server has it: what still waits to be accepted is reset when the listener goes.
        idle.getOutputStream().write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(idle.getInputStream().read()).isEqualTo('H');

        CompletableFuture<Void> closed = server.close(Waiting.LIMIT);
        assertThat(idle.getInputStream().readAllBytes()).isNotEmpty();
        assertThat(closed).isNotDone();
        slow.complete(AdminAnswer.text(200, "in time\n"));

        assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("in time\n");
        closed.get(20, TimeUnit.SECONDS);
        assertThatThrownBy(() -> connect(server)).isInstanceOf(IOException.class);
    }

    @Test
    void closesInTheEndWhateverIsStillAsked() throws Exception {
        AdminServer server = open(ANY_PORT);
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Waiting.until("the request has arrived", () -> slowAsked.get() == 1);

            server.close(Duration.ofMillis(1)).get(20, TimeUnit.SECONDS);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** Takes the ten seconds. */
    @Test
    void closesWhenARequestOrItsAnswerTakesTooLong() throws IOException {
        AdminServer server = open(ANY_PORT);
        long began = System.nanoTime();
        try (Socket silent = connect(server);
                Socket asking = connect(server)) {
            silent.getOutputStream().write("GET /slow HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            asking.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(asking.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(9));
    }

    @Test
    void saysWhyThereIsNoAnswer() throws IOException {
        AdminServer server = open(ANY_PORT);
        AdminClient client = AdminClient.of(server.address());

        assertThatThrownBy(() -> client.ask("GET", "/slow", Duration.ofSeconds(1)))
                .hasMessage("no answer within 1s");
        server.close(Duration.ZERO).orTimeout(20, TimeUnit.SECONDS).join();
        assertThatThrownBy(() -> client.ask("GET", "/hello", Waiting.LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void asksNobodyWithoutAPort() {
        assertThatThrownBy(() -> AdminClient.of(new AdminAddress.Usual()))
                .hasMessage("\"localhost:0\" does not say where to ask");
        assertThatThrownBy(() -> AdminClient.of(ANY_PORT)).hasMessage("\"127.0.0.1:0\" does not say where to ask");
    }

    private AdminServer open(AdminAddress address) throws IOException {
        AdminServer server = AdminServer.open(address, endpoints, Transport.best(), loops.next());
        servers.add(server);
        return server;
    }

    private static boolean answers(AdminServer server) {
        try {
            return AdminClient.of(server.address())
                            .ask("GET", "/hello", Waiting.LIMIT)
                            .status()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static AdminAnswer ask(AdminServer server, String path) {
        try {
            return AdminClient.of(server.address()).ask("GET", path, Duration.ofSeconds(20));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int port(AdminServer server) {
        return ((AdminAddress.Tcp) server.address()).port();
    }

    private static Socket connect(AdminServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(server));
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** All that comes back until the server closes. */
    private static String raw(AdminServer server, String request) throws IOException {
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
