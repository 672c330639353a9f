package dev.adit.connector.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.AdminServer;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ControlEndpointsTest {
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops = transport.group(1, "test");
    private final Told told = new Told();
    private final AdminServer server;

    ControlEndpointsTest() throws IOException {
        server =
                AdminServer.open(AdminAddress.parse("127.0.0.1:0"), ControlEndpoints.of(told), transport, loops.next());
    }

    @AfterEach
    void stop() {
        assertThat(server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS)).isNotCompletedExceptionally();
        EventLoops.end(loops);
    }

    @Test
    void reloadSaysWhetherItIsInForce() throws IOException {
        assertThat(ask("POST", "/reload")).isEqualTo(AdminAnswer.json(200, "{\"reloaded\":true}"));

        told.problem = "config.yml:1: ingres";

        assertThat(ask("POST", "/reload"))
                .isEqualTo(AdminAnswer.json(422, "{\"reloaded\":false,\"problem\":\"config.yml:1: ingres\"}"));
        assertThat(told.calls).containsExactly("reload", "reload");
    }

    @Test
    void drainTakesALimit() throws IOException {
        assertThat(ask("POST", "/drain")).isEqualTo(AdminAnswer.json(202, "{\"draining\":true}"));
        assertThat(ask("POST", "/drain?grace=5s").status()).isEqualTo(202);
        assertThat(ask("POST", "/drain?grace=5"))
                .isEqualTo(AdminAnswer.text(400, "grace must be a duration such as 30s\n"));
        assertThat(ask("POST", "/drain?grace=-5s").status()).isEqualTo(400);
        assertThat(told.calls).containsExactly("drain null", "drain PT5S");
    }

    @Test
    void logLevelIsToldAndChanged() throws IOException {
        assertThat(ask("GET", "/loglevel")).isEqualTo(AdminAnswer.json(200, "{\"loglevel\":\"info\"}"));
        assertThat(ask("POST", "/loglevel?level=debug")).isEqualTo(AdminAnswer.json(200, "{\"loglevel\":\"debug\"}"));
        assertThat(ask("POST", "/loglevel?level=loud")).isEqualTo(AdminAnswer.text(400, "no level loud\n"));
        assertThat(ask("POST", "/loglevel"))
                .isEqualTo(AdminAnswer.text(400, "level is missing, as in /loglevel?level=debug\n"));
        assertThat(told.calls).containsExactly("level debug");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/reload", "/drain"})
    void nothingChangesByLooking(String path) throws IOException {
        assertThat(ask("GET", path).status()).isEqualTo(405);
        assertThat(told.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, Origin: http://evil.example",
        "localhost, Origin: null",
        "localhost, Sec-Fetch-Site: cross-site",
        "rebound.example, Accept: */*",
        "localhost, Cf-Ray: 1",
        "localhost, X-Forwarded-For: 192.0.2.1"
    })
    void strangersAreRefused(String host, String field) throws IOException {
        for (String target : List.of("/reload", "/drain", "/loglevel?level=debug")) {
            assertThat(raw("POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + field
                            + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
        assertThat(told.calls).isEmpty();
    }

    private AdminAnswer ask(String method, String target) throws IOException {
        return AdminClient.of(server.address()).ask(method, target, Waiting.LIMIT);
    }

    private String raw(String request) throws IOException {
        String address = server.address().toString();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Remembers what it was told. */
    private static final class Told implements Controls {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile @Nullable String problem;
        private volatile String level = "info";

        @Override
        public CompletionStage<@Nullable String> reload() {
            calls.add("reload");
            return CompletableFuture.completedFuture(problem);
        }

        @Override
        public void drain(@Nullable Duration grace) {
            calls.add("drain " + grace);
        }

        @Override
        public String logLevel() {
            return level;
        }

        @Override
        public void logLevel(String wanted) {
            if (wanted.equals("loud")) {
                throw new IllegalArgumentException("no level loud");
            }
            calls.add("level " + wanted);
            level = wanted;
        }
    }
}
