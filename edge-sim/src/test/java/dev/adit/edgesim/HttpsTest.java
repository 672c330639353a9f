package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public side over TLS, with the JDK's HTTP client. It finds the routed names because "localhost" is one of them. */
@Timeout(60)
class HttpsTest {
    private EdgeSim sim;
    private ConnectorDouble connector;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                TunnelSpec.parse("golden=www.example.com,localhost").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        connector.close();
        sim.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void servesBothVersions(HttpClient.Version version) throws Exception {
        connector.serve(stream -> stream.answer(
                201, new DefaultHttpHeaders().set("X-Origin", "yes").set("Connection", "x"), "hello"));

        HttpResponse<String> response = client(version).send(get("/a?b"), HttpResponse.BodyHandlers.ofString());
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.headers().allValues("x-origin")).containsExactly("yes");
        assertThat(response.headers().map()).doesNotContainKeys("connection", "cf-cloudflared-response-meta");
        assertThat(request.bodyless()).isTrue();
        assertThat(request.header(":path")).isEqualTo("/a?b");
        assertThat(request.header(":scheme")).isEqualTo("https");
        assertThat(request.header("cf-visitor")).isEqualTo("{\"scheme\":\"https\"}");
        assertThat(request.headers().names().stream().map(CharSequence::toString))
                .noneMatch(name -> name.startsWith("x-http2-") || name.equals("host") || name.equals("connection"));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void uploadsWithBothVersions(HttpClient.Version version) throws Exception {
        connector.serve(stream -> stream.body().thenAccept(body -> stream.answer("got " + body.length())));
        HttpRequest upload = HttpRequest.newBuilder(uri("/up"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[900_000]))
                .build();

        HttpResponse<String> response = client(version).send(upload, HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("got 900000");
        assertThat(connector.nextRequest().header("content-length")).isEqualTo("900000");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void downloadsWithBothVersions(HttpClient.Version version) throws Exception {
        long size = 48L << 20;
        connector.serve(stream -> {
            stream.head(200, new DefaultHttpHeaders(), false);
            stream.pump(size);
        });

        HttpResponse<byte[]> response = client(version).send(get("/big"), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(response.body()).hasSize((int) size);
    }

    @Test
    void servesManyStreamsOfOneConnectionAtOnce() throws Exception {
        connector.serve(stream -> stream.answer("<" + stream.header(":path") + ">"));
        HttpClient client = client(HttpClient.Version.HTTP_2);
        client.send(get("/first"), HttpResponse.BodyHandlers.ofString());

        List<CompletableFuture<String>> answers = IntStream.range(0, 100)
                .mapToObj(i -> client.sendAsync(get("/" + i), HttpResponse.BodyHandlers.ofString())
                        .thenApply(HttpResponse::body))
                .toList();

        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("</" + i + ">");
        }
    }

    @Test
    void resetsTheStreamWhenTheAnswerBreaksOff() {
        connector.serve(stream -> {
            stream.head(200, new DefaultHttpHeaders(), false);
            stream.data("abc", false);
            stream.rst(2);
        });

        assertThatThrownBy(() -> client(HttpClient.Version.HTTP_2).send(get("/"), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("RST_STREAM");
        connector.serve(stream -> stream.answer("alive"));
        assertThat(client(HttpClient.Version.HTTP_2)
                        .sendAsync(get("/"), HttpResponse.BodyHandlers.ofString())
                        .thenApply(HttpResponse::body))
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo("alive");
    }

    @Test
    void showsErrorPagesOverHttp2() throws Exception {
        connector.serve(stream ->
                stream.rawHead(true, ":status", "503", "cf-cloudflared-response-meta", "{\"src\":\"cloudflared\"}"));

        HttpResponse<String> response =
                client(HttpClient.Version.HTTP_2).send(get("/"), HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("<h1>503 Service unavailable</h1>");
    }

    @Test
    void cancelsTheTunnelStreamWhenTheEyeballGivesUp() throws Exception {
        HttpRequest impatient = HttpRequest.newBuilder(uri("/slow"))
                .timeout(Duration.ofMillis(300))
                .build();

        assertThatThrownBy(
                        () -> client(HttpClient.Version.HTTP_2).send(impatient, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);

        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(8);
    }

    @Test
    void showsTheCertificateOfTheNameThatWasAskedFor() throws Exception {
        try (TlsClient routed = TlsClient.to(sim.ports().https(), sim.ca(), "www.example.com");
                TlsClient unknown = TlsClient.to(sim.ports().https(), sim.ca(), "unknown.example.com")) {
            assertThat(routed.names()).containsExactly("www.example.com");
            assertThat(unknown.names()).contains("localhost", "127.0.0.1");
        }
    }

    @Test
    void opensTheTunnelPortWithoutAlpn() throws Exception {
        try (TlsClient client = TlsClient.to(sim.ports().tunnel(), sim.ca(), "h2.cftunnel.com")) {
            assertThat(client.protocol()).isEqualTo("TLSv1.3");
            assertThat(client.suite()).isEqualTo("TLS_AES_128_GCM_SHA256");
            assertThat(client.applicationProtocol()).isEmpty();
            assertThat(client.names()).containsExactly("h2.cftunnel.com", "probe.cftunnel.com");
            assertThat(client.read(24)).isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        }
    }

    @Test
    void asksAConnectorForP256WhenItOffersAnotherGroupFirst() throws Exception {
        // As cloudflared, whose only key share is of a post-quantum group: here of one that no server knows.
        byte[] hello = ClientHello.withUnknownKeyShare("h2.cftunnel.com");
        try (RawClient client = new RawClient(sim.ports().tunnel())) {
            client.send(new String(hello, StandardCharsets.ISO_8859_1));

            assertThat(ClientHello.retryGroup(client.readTlsRecord())).isEqualTo(0x0017);
        }
    }

    @Test
    void letsProbesComeAndGo() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (TlsClient probe = TlsClient.to(sim.ports().tunnel(), sim.ca(), "probe.cftunnel.com")) {
                assertThat(probe.names()).contains("probe.cftunnel.com");
                assertThat(probe.isSilent()).isTrue();
            }
        }
        new RawClient(sim.ports().tunnel()).close();
    }

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(TlsClient.trusting(sim.ca()))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20)).build();
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + sim.ports().https() + path);
    }
}
