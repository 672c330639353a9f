package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.app.ConnectorOptions;
import dev.adit.connector.app.Daemon;
import dev.adit.connector.app.Timings;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.tunnel.TunnelTimes;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.link.Ending;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every series of a connector moves when that happens which it counts. */
@Timeout(180)
final class MetricsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String REGISTER = "registerConnection";

    /** An answer may take long enough for a busy machine. */
    private static final Timings TIMINGS = new Timings(
            TunnelTimes.DEFAULT.withPing(Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(3)),
            new RetryTimes(Duration.ZERO, 1, Duration.ofMillis(500), Duration.ofSeconds(2), null));

    private final Path directory;
    private @Nullable EdgeSim sim;
    private @Nullable Daemon daemon;

    MetricsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void stop() {
        if (daemon != null) {
            daemon.close();
        }
        if (sim != null) {
            sim.close();
        }
    }

    @Test
    void requestsMoveTheSeriesOfRequestsAndOrigins() throws Exception {
        Signal asked = new Signal();
        Signal goOn = new Signal();
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                RawOrigin slow = new RawOrigin(peer -> {
                    peer.readHead();
                    asked.give();
                    goOn.await();
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    peer.readToEnd();
                });
                RawOrigin socket = new RawOrigin(peer -> {
                    peer.readHead();
                    peer.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    peer.readToEnd();
                })) {
            start(1, null, """
                    ingress:
                      - {hostname: tea.example.test, service: "http://127.0.0.1:%d"}
                      - {hostname: slow.example.test, service: "http://127.0.0.1:%d"}
                      - {hostname: ws.example.test, service: "http://127.0.0.1:%d"}
                      - {hostname: down.example.test, service: "http://127.0.0.1:%d", originRequest: {connectRetry: 0s}}
                      - {service: "http_status:404"}
                    """.formatted(origin.port(), slow.port(), socket.port(), freePort()));
            serving(1);

            assertThat(get("tea.example.test", "")).contains("200");
            assertThat(get("tea.example.test", "")).contains("200");
            assertThat(get("down.example.test", "")).contains("502");
            assertThat(get(
                            "ws.example.test",
                            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
                    .contains("101");
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> getUnchecked("slow.example.test"));
            asked.await();

            MetricsText now = await(text -> text.value("cloudflared_tunnel_total_requests") == 5
                    && text.value("cloudflared_tunnel_response_by_code", "status_code", "101") == 1);
            assertThat(now.type("cloudflared_tunnel_total_requests")).isEqualTo("counter");
            assertThat(now.type("cloudflared_tunnel_response_by_code")).isEqualTo("counter");
            assertThat(now.type("cloudflared_tunnel_request_errors")).isEqualTo("counter");
            assertThat(now.value("cloudflared_tunnel_concurrent_requests_per_tunnel"))
                    .isEqualTo(1);
            assertThat(now.value("cloudflared_tunnel_response_by_code", "status_code", "200"))
                    .isEqualTo(2);
            assertThat(now.value("cloudflared_tunnel_response_by_code", "status_code", "502"))
                    .isEqualTo(1);
            assertThat(now.value("cloudflared_tunnel_request_errors")).isEqualTo(1);
            assertThat(now.value("cloudflared_proxy_connect_latency_count")).isEqualTo(3);
            assertThat(now.value("cloudflared_proxy_connect_latency_bucket", "le", "+Inf"))
                    .isEqualTo(3);
            assertThat(now.value("cloudflared_proxy_connect_latency_sum")).isPositive();
            assertThat(now.value("adit_requests_total", "outcome", "2xx", "rule", "0"))
                    .isEqualTo(2);
            assertThat(now.value("adit_requests_total", "outcome", "refused", "rule", "3"))
                    .isEqualTo(1);
            assertThat(now.value("adit_response_bytes_total", "rule", "0")).isEqualTo(10);
            assertThat(now.value("adit_request_duration_seconds_count", "rule", "0"))
                    .isEqualTo(2);
            assertThat(now.value("adit_response_head_seconds_count", "rule", "0"))
                    .isEqualTo(2);
            assertThat(now.value("adit_active_exchanges", "kind", "http")).isEqualTo(1);
            assertThat(now.value("adit_exchanges_total", "kind", "websocket")).isEqualTo(1);
            assertThat(now.value("adit_origin_connections", "state", "used")).isEqualTo(1);
            assertThat(now.value("adit_origin_connections", "state", "idle")).isEqualTo(1);
            assertThat(now.value("adit_origin_reuses_total")).isEqualTo(1);
            assertThat(now.value("adit_origin_connects_total", "outcome", "connected"))
                    .isEqualTo(3);
            assertThat(now.value("adit_origin_connects_total", "outcome", "refused"))
                    .isEqualTo(1);

            goOn.give();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).contains("200");
            await(text -> text.value("cloudflared_tunnel_concurrent_requests_per_tunnel") == 0);
        }
    }

    @Test
    void requestsThatWaitForAnOriginAreCounted() throws Exception {
        Signal goOn = new Signal();
        try (RawOrigin origin = new RawOrigin(peer -> {
            while (true) {
                peer.readHead();
                goOn.await();
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            start(
                    1,
                    null,
                    "ingress: [{service: 'http://127.0.0.1:%d', originRequest: {maxConnections: 1}}]"
                            .formatted(origin.port()));
            serving(1);

            try (Socket first = open("tea.example.test", "");
                    Socket second = open("tea.example.test", "");
                    Socket third = open("tea.example.test", "")) {
                MetricsText full = await(text -> text.value("adit_origin_waiting_requests") == 2
                        && text.value("adit_origin_connections", "state", "used") == 1);
                assertThat(full.type("adit_origin_waiting_requests")).isEqualTo("gauge");
                goOn.give();
                for (Socket each : List.of(first, second, third)) {
                    assertThat(firstLine(each)).contains("200");
                }
            }
            MetricsText empty = scrape();
            assertThat(empty.value("adit_origin_waiting_requests")).isZero();
            assertThat(empty.value("adit_origin_waits_total")).isEqualTo(2);
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @Test
    void whatBecomesOfConnectionsMovesTheSeriesOfTheTunnel() throws Exception {
        start(2, null, "ingress: [{service: 'http_status:418'}]");
        MetricsText before = scrape();
        assertThat(before.has("build_info{goversion=\"java" + Runtime.version()
                        + "\",revision=\"\",type=\"adit\",version=\""))
                .isTrue();
        serving(2);

        MetricsText up = await(text -> text.value("cloudflared_tunnel_ha_connections") == 2
                && text.has("adit_edge_rtt_seconds{")
                && text.has("adit_edge_rtt_min_seconds{")
                && text.has("adit_edge_rtt_smoothed_seconds{"));
        assertThat(up.value("cloudflared_tunnel_tunnel_register_success", "rpcName", REGISTER))
                .isEqualTo(2);
        assertThat(up.type("cloudflared_tunnel_tunnel_register_success")).isEqualTo("counter");
        assertThat(up.type("cloudflared_tunnel_tunnel_register_fail")).isEqualTo("counter");
        assertThat(up.has("cloudflared_tunnel_server_locations{connection_id=\"1\",edge_location=\""))
                .isTrue();
        assertThat(up.value("adit_connection_state", "conn_index", "0", "state", "registered"))
                .isEqualTo(1);
        assertThat(up.value("adit_registration_age_seconds", "conn_index", "0")).isGreaterThanOrEqualTo(0);
        assertThat(up.value("adit_edge_bytes_total", "conn_index", "1", "direction", "sent"))
                .isPositive();
        assertThat(up.value("adit_edge_bytes_total", "conn_index", "1", "direction", "received"))
                .isPositive();
        assertThat(up.has("process_resident_memory_bytes")).isTrue();
        assertThat(up.has("jvm_memory_used_bytes{")).isTrue();

        edge().inject(new Fault.Duplicate());
        edge().inject(new Fault.CutAll(Ending.RST));
        MetricsText back = await(text ->
                text.value("cloudflared_tunnel_tunnel_register_fail", "error", "dup_edge_conn", "rpcName", REGISTER)
                                == 1
                        && text.value("cloudflared_tunnel_ha_connections") == 2);
        assertThat(back.value("cloudflared_tunnel_tunnel_register_success", "rpcName", REGISTER))
                .isEqualTo(4);
        assertThat(back.value("adit_tunnel_reconnects_total", "conn_index", "0"))
                .isEqualTo(1);
        assertThat(back.value("adit_tunnel_losses_total", "conn_index", "1")).isEqualTo(1);
        assertThat(back.value("adit_edge_recover_seconds_count")).isEqualTo(2);
        assertThat(back.value("adit_edge_detect_seconds_count")).isZero();

        edge().inject(FaultOrder.of(new Fault.BlackHole(Flow.BOTH)));
        await(text -> text.value("adit_edge_detect_seconds_count") >= 2
                && text.value("cloudflared_tunnel_ha_connections") == 0);
        edge().heal();
        await(text -> text.value("cloudflared_tunnel_ha_connections") == 2
                && text.value("adit_edge_recover_seconds_count") >= 4);

        running().drain(Duration.ofSeconds(30));
        MetricsText draining = await(text -> text.value("adit_draining") == 1);
        assertThat(draining.value("cloudflared_tunnel_ha_connections")).isZero();
        assertThat(draining.value("adit_drain_seconds")).isPositive();
    }

    @Test
    void aPushMovesTheVersionOfTheConfiguration() throws Exception {
        start(1, "http://127.0.0.1:" + freePort(), "ingress: [{service: 'http_status:418'}]");
        serving(1);

        await(text -> text.value("cloudflared_orchestration_config_version") >= 0);

        assertThat(ask("/config").body()).doesNotContain("\"version\":-1");
    }

    private void start(int connections, @Nullable String remoteService, String config) throws Exception {
        EdgeSim started = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(
                "tea",
                List.of("tea.example.test", "slow.example.test", "ws.example.test", "down.example.test"),
                remoteService)));
        sim = started;
        Path ca = Files.writeString(directory.resolve("ca.pem"), started.caPem());
        daemon = new Daemon(new ConnectorOptions(
                TunnelToken.parse(started.token("tea")),
                EdgeOptions.at(
                        List.of(new EdgeAddress("127.0.0.1", started.ports().tunnel()))),
                ca,
                IngressReader.local(ConfigNode.yaml("config.yml", config)),
                connections,
                Duration.ofSeconds(1),
                Map.of("protocol", "http2"),
                TIMINGS));
        running().start();
    }

    private void serving(int connections) throws Exception {
        edge().awaitServing("tea", connections, LIMIT).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private EdgeSim edge() {
        return Objects.requireNonNull(sim);
    }

    private Daemon running() {
        return Objects.requireNonNull(daemon);
    }

    /** Scrapes until {@code wanted} holds. */
    private MetricsText await(Predicate<MetricsText> wanted) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        MetricsText now = scrape();
        while (!wanted.test(now)) {
            assertThat(System.nanoTime() - deadline)
                    .as("time over; last: %s", now)
                    .isNegative();
            now = scrape();
        }
        return now;
    }

    private MetricsText scrape() throws IOException {
        return MetricsText.parse(ask("/metrics").body());
    }

    private AdminAnswer ask(String path) throws IOException {
        return AdminClient.of(Objects.requireNonNull(running().adminAddress())).ask("GET", path, Waiting.LIMIT);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String getUnchecked(String host) {
        try {
            return get(host, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The status line of the answer that an eyeball gets; then it goes away. */
    private String get(String host, String fields) throws IOException {
        try (Socket socket = open(host, fields)) {
            return firstLine(socket);
        }
    }

    /** An eyeball that has sent its request. */
    private Socket open(String host, String fields) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), edge().ports().http());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }
}
