package dev.adit.connector.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class StatusEndpointsTest {
    private static final UUID TUNNEL = new UUID(1, 2);
    private static final UUID CONNECTOR = new UUID(3, 4);
    private static final EdgeAddress EDGE = new EdgeAddress("edge.example", 7844);

    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private final ConnectionBoard board =
            new ConnectionBoard(2, Clock.fixed(Instant.parse("2026-11-23T01:02:03Z"), ZoneOffset.UTC));
    private final RemoteConfig config = new RemoteConfig(IngressReader.local(ConfigNode.yaml("config.yml", """
            originRequest: {connectTimeout: 1500ms}
            ingress:
              - {hostname: tea.example, path: ^/pot, service: "http://127.0.0.1:8080"}
              - {service: "tcp://user:secret@host:1", originRequest: {bastionMode: true}}
            """)));
    private AdminServer server;

    @BeforeEach
    void open() throws IOException {
        server = AdminServer.open(
                AdminAddress.parse("127.0.0.1:0"),
                StatusEndpoints.of(
                        new StatusEndpoints.Self(TUNNEL, CONNECTOR, "1.2.3", Map.of("loglevel", "info")),
                        new StatusEndpoints.Live(board::status, config, () -> "quick.example", loops),
                        loops),
                Transport.best(),
                loops.next());
    }

    @AfterEach
    void close() {
        server.close(Duration.ZERO).orTimeout(20, TimeUnit.SECONDS).join();
        EventLoops.end(loops);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT"})
    void readyTellsHowManyConnectionsGetRequests(String method) throws IOException {
        assertThat(AdminClient.of(server.address()).ask(method, "/ready", Waiting.LIMIT))
                .isEqualTo(AdminAnswer.json(
                        503, "{\"status\":503,\"readyConnections\":0,\"connectorId\":\"" + CONNECTOR + "\"}"));

        register(0);
        register(1);

        assertThat(AdminClient.of(server.address()).ask(method, "/ready", Waiting.LIMIT))
                .isEqualTo(AdminAnswer.json(
                        200, "{\"status\":200,\"readyConnections\":2,\"connectorId\":\"" + CONNECTOR + "\"}"));
    }

    @Test
    void readyIsOverWhenTheDrainBegins() throws IOException {
        register(0);
        board.draining();

        assertThat(ask("/ready").status()).isEqualTo(503);
        assertThat(ask("/ready").body()).contains("\"readyConnections\":0");
    }

    @Test
    void recordingIsNotMadeForStrangers() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/diag/recording"))
                .header("X-Forwarded-For", "192.0.2.1")
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void healthIsAlwaysWell() throws IOException {
        assertThat(ask("/healthcheck")).isEqualTo(AdminAnswer.text(200, "OK\n"));
    }

    @Test
    void liveTellsWhetherEveryLoopComesRound() throws Exception {
        assertThat(ask("/live")).isEqualTo(AdminAnswer.text(200, "OK\n"));

        DefaultEventExecutorGroup others = new DefaultEventExecutorGroup(2);
        CountDownLatch busy = new CountDownLatch(1);
        try {
            others.next().execute(() -> awaitQuietly(busy));
            AdminAnswer answer = new LiveEndpoint(others, Duration.ofMillis(1))
                    .answer(new AdminRequest("GET", "/live", Map.of(), EmptyHttpHeaders.INSTANCE, "", true))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(503);
        } finally {
            busy.countDown();
            others.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void quickTunnelTellsItsName() throws IOException {
        assertThat(ask("/quicktunnel")).isEqualTo(AdminAnswer.json(200, "{\"hostname\":\"quick.example\"}"));
    }

    @Test
    void configTellsAllThatIsInForceAndNoPassword() throws IOException {
        String rest =
                "\"responseTimeout\":0,\"connectRetry\":5,\"maxConnections\":4096,\"bodyIdleTimeout\":0,\"maxResponseHeaderBytes\":1048576,\"realClientAddress\":false,\"proxyAddress\":\"127.0.0.1\",\"proxyPort\":0,"
                        + "\"connectTimeout\":1.5,\"tlsTimeout\":10,\"tcpKeepAlive\":30,\"keepAliveConnections\":100,"
                        + "\"keepAliveTimeout\":90,\"httpHostHeader\":\"\",\"originServerName\":\"\",\"caPool\":\"\","
                        + "\"noTLSVerify\":false,\"disableChunkedEncoding\":false,\"matchSNItoHost\":false,"
                        + "\"noHappyEyeballs\":false,\"http2Origin\":false,\"bastionMode\":%s,\"proxyType\":\"\","
                        + "\"ipRules\":[],\"access\":{\"required\":false}}";
        assertThat(ask("/config"))
                .isEqualTo(AdminAnswer.json(
                        200,
                        "{\"version\":-1,\"config\":{\"ingress\":[{\"hostname\":\"tea.example\",\"path\":\"^/pot\","
                                + "\"service\":\"http://127.0.0.1:8080\",\"Handlers\":null,\"originRequest\":{"
                                + rest.formatted("false")
                                + "},{\"hostname\":\"\",\"path\":null,\"service\":\"tcp://***@host:1\",\"Handlers\":null,"
                                + "\"originRequest\":{" + rest.formatted("true")
                                + "}],\"warp-routing\":{\"connectTimeout\":5,\"maxActiveFlows\":0,\"tcpKeepAlive\":30},"
                                + "\"originRequest\":{" + rest.formatted("false") + "}}"));
    }

    @Test
    void configTellsTheVersionOfAPush() throws IOException {
        config.apply("{\"version\":7,\"config\":{\"ingress\":[{\"service\":\"http_status:404\"}]}}"
                .getBytes(StandardCharsets.UTF_8));

        assertThat(ask("/config").body()).startsWith("{\"version\":7,").contains("http_status:404");
    }

    @Test
    void tunnelTellsWhereEachConnectionStands() throws IOException {
        register(0);
        board.roundTrip(0, Duration.ofMillis(12));

        assertThat(ask("/diag/tunnel"))
                .isEqualTo(AdminAnswer.json(
                        200,
                        "{\"tunnelID\":\"" + TUNNEL + "\",\"connectorID\":\"" + CONNECTOR
                                + "\",\"draining\":false,\"connections\":[{\"index\":0,\"isConnected\":true,"
                                + "\"state\":\"registered\",\"protocol\":\"http2\",\"edgeAddress\":\"edge.example:7844\","
                                + "\"location\":\"ams01\",\"connectionID\":\"" + new UUID(5, 6)
                                + "\",\"registeredSince\":\"2026-11-23T01:02:03Z\",\"roundTripMillis\":12.0,"
                                + "\"lastError\":\"\"},{\"index\":1,\"isConnected\":false,\"state\":\"waiting\","
                                + "\"protocol\":\"http2\",\"edgeAddress\":\"\",\"location\":\"\",\"connectionID\":\"\","
                                + "\"registeredSince\":\"\",\"roundTripMillis\":null,\"lastError\":\"\"}],"
                                + "\"icmp_sources\":[]}"));
    }

    @Test
    void configurationTellsWhatWasSet() throws IOException {
        assertThat(ask("/diag/configuration")).isEqualTo(AdminAnswer.json(200, "{\"loglevel\":\"info\"}"));
    }

    @Test
    void threadsTellsWhatEachOneIsDoing() throws IOException {
        assertThat(ask("/diag/threads").body())
                .contains('"' + Thread.currentThread().getName() + "\" ", AdminClient.class.getName() + ".ask(");
    }

    @Test
    void systemTellsOfTheMachine() throws IOException {
        AdminAnswer answer = ask("/diag/system");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .containsPattern("\"memoryMaximum\":[1-9]")
                .containsPattern("\"fileDescriptorMaximum\":[1-9]")
                .containsPattern("\"fileDescriptorCurrent\":[1-9]")
                .contains("\"cloudflaredVersion\":\"1.2.3\"")
                .containsPattern("\"disk\":\\[\\{\"name\":\"[^\"]+\",\"sizeMaximum\":[1-9]")
                .endsWith("\"errors\":{}}");
    }

    private AdminAnswer ask(String path) throws IOException {
        return AdminClient.of(server.address()).ask("GET", path, Waiting.LIMIT);
    }

    private void register(int index) {
        board.dialing(index, EDGE);
        board.registered(index, EDGE, new Registered(new UUID(5, 6), "ams01", true));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
