package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Signal;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the engine gets a connection to an origin: which addresses, names and sockets, and how often it tries. */
final class ConnectTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** 127.0.0.2 takes no connection and refuses none; the connect limit is longer than a test waits. */
    @Test
    void doesNotWaitForAnAddressThatSaysNothing() throws IOException {
        List<Socket> backlog = new ArrayList<>();
        try (RawOrigin origin = RawOrigin.answering(OK);
                ServerSocket silent =
                        new ServerSocket(origin.port(), 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
            fill(silent, backlog);
            try (EngineHarness engine = new EngineHarness(new Target.HttpOrigin(false, "both.test", origin.port()));
                    H2Client client = engine.client()) {
                assertThat(client.request("GET", "/").response().body()).isEqualTo("ok");
            }
        } finally {
            for (Socket socket : backlog) {
                socket.close();
            }
        }
    }

    @Test
    void waitsForEachAddressIfItMayNotHurry() throws IOException {
        List<Socket> backlog = new ArrayList<>();
        OriginOptions options = new OriginOptionsBuilder()
                .noHappyEyeballs()
                .connectTimeout(Duration.ofMillis(400))
                .build();
        try (RawOrigin origin = RawOrigin.answering(OK);
                ServerSocket silent =
                        new ServerSocket(origin.port(), 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
            fill(silent, backlog);
            try (EngineHarness engine =
                            new EngineHarness(new Target.HttpOrigin(false, "both.test", origin.port()), options);
                    H2Client client = engine.client()) {
                assertThat(client.request("GET", "/").response().status()).isEqualTo("504");
                assertThat(origin.accepted()).isZero();
            }
        } finally {
            for (Socket socket : backlog) {
                socket.close();
            }
        }
    }

    @Test
    void waitsForAnOriginThatIsNotUpYet() throws IOException {
        int port = refusedPort();
        OriginOptions options =
                new OriginOptionsBuilder().connectRetry(Duration.ofSeconds(60)).build();
        try (EngineHarness engine = new EngineHarness(new Target.HttpOrigin(false, "127.0.0.1", port), options);
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/").send("early");
            engine.onLoop(() -> "the first try has begun");
            try (ServerSocket late = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    Socket socket = late.accept()) {
                socket.getOutputStream().write(OK.getBytes(StandardCharsets.ISO_8859_1));

                assertThat(stream.response().body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void answers503WithATimeToComeAgainIfItStaysDown() throws IOException {
        OriginOptions options =
                new OriginOptionsBuilder().connectRetry(Duration.ofMillis(300)).build();
        try (EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(false, "127.0.0.1", refusedPort()), options);
                H2Client client = engine.client()) {
            H2Stream.Response response = client.request("GET", "/").response();

            assertThat(response.status()).isEqualTo("503");
            assertThat(response.field("retry-after")).isEqualTo("5");
            engine.awaitNoStreams();
        }
    }

    @Test
    void stopsTryingIfTheEyeballGoes() throws IOException {
        OriginOptions options =
                new OriginOptionsBuilder().connectRetry(Duration.ofSeconds(60)).build();
        try (EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(false, "127.0.0.1", refusedPort()), options);
                H2Client client = engine.client()) {
            client.open("POST", "/").send("abc").reset(8);

            engine.awaitNoStreams();
        }
    }

    @Test
    void shakesHandsWithTheNameOfEachRequest() throws Exception {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        SSLContext tls = SSLContext.getInstance("TLS");
        X509Bundle leaf = new CertificateBuilder()
                .subject("CN=origin")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        tls.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
        OriginOptions options =
                new OriginOptionsBuilder().noTlsVerify().matchSniToHost().build();
        try (RawOrigin origin = RawOrigin.overTls(tls, peer -> {
                    ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) peer.socket()).getSession();
                    for (SNIServerName name : session.getRequestedServerNames()) {
                        names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
                    }
                    while (true) {
                        peer.readHead();
                        peer.write(OK);
                    }
                });
                EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(true, "127.0.0.1", origin.port()), options);
                H2Client client = engine.client()) {
            for (String host : List.of("a.example:443", "b.example", "A.example", "b.example")) {
                H2Stream stream = client.send(H2Client.headers("GET", "/").authority(host), true);
                assertThat(stream.response().body()).isEqualTo("ok");
            }

            assertThat(names).containsExactly("a.example", "b.example");
            assertThat(origin.accepted()).isEqualTo(2);
        }
    }

    @Test
    void reachesOriginsAtUnixSockets(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("app.sock");
        try (UnixOrigin origin = new UnixOrigin(path, "abc", OK);
                EngineHarness engine = new EngineHarness(new Target.UnixOrigin(false, path));
                H2Client client = engine.client()) {
            H2Stream stream = client.send(
                    H2Client.headers("POST", "/x?y", "content-length", "3").authority("www.example.com"), false);
            assertThat(stream.send("abc").end().response().body()).isEqualTo("ok");
            assertThat(origin.request()).startsWith("POST /x?y HTTP/1.1\r\nHost: www.example.com\r\n");
        }
    }

    @Test
    void carriesWebSocketOverUnixSockets(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("app.sock");
        String answer = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello";
        try (UnixOrigin origin = new UnixOrigin(path, "\r\n\r\n", answer);
                EngineHarness engine = new EngineHarness(new Target.UnixOrigin(false, path));
                H2Client client = engine.client()) {
            H2Stream stream = client.open("GET", "/ws", "x-test-kind", "WEBSOCKET", "sec-websocket-key", "k");
            stream.head();
            assertThat(stream.read(5)).isEqualTo("hello");
            assertThat(origin.request()).contains("Upgrade: websocket\r\n");
        }
    }

    @Test
    void answers502IfThereIsNoSocket(@TempDir Path folder) {
        try (EngineHarness engine = new EngineHarness(new Target.UnixOrigin(false, folder.resolve("none.sock")));
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().status()).isEqualTo("502");
            engine.awaitNoStreams();
        }
    }

    /** Takes one connection, reads up to some text, answers, and keeps the connection open to the end. */
    private static final class UnixOrigin implements AutoCloseable {
        private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final Signal end = new Signal();
        private final CompletableFuture<String> request;

        UnixOrigin(Path path, String until, String answer) throws IOException {
            listener.bind(UnixDomainSocketAddress.of(path));
            request = new CompletableFuture<>();
            Thread thread = new Thread(() -> serve(until, answer), "unix-origin");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(String until, String answer) {
            try (SocketChannel socket = listener.accept()) {
                StringBuilder text = new StringBuilder();
                ByteBuffer bytes = ByteBuffer.allocate(4096);
                while (text.indexOf(until) < 0) {
                    bytes.clear();
                    if (socket.read(bytes) < 0) {
                        throw new IOException("end of input");
                    }
                    text.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
                }
                request.complete(text.toString());
                socket.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
                end.await();
            } catch (IOException e) {
                request.completeExceptionally(e);
            }
        }

        String request() throws Exception {
            return request.get(10, java.util.concurrent.TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            end.give();
            listener.close();
        }
    }

    private static int refusedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Connects until a connection is not accepted any more: the next one then waits as well. */
    private static void fill(ServerSocket listener, List<Socket> backlog) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            backlog.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 300);
            } catch (java.net.SocketTimeoutException e) {
                return;
            }
        }
        throw new IllegalStateException("the backlog does not fill up");
    }
}
