package dev.adit.edgesim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StandInTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        standIn = StandIn.start(group, "sonar", 0);
    }

    @AfterEach
    void stop() {
        standIn.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void namesTheServiceOnItsPage() throws Exception {
        HttpResponse<String> page = client.send(request("/a<b>").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(page.body()).contains("<h1>This is the stand-in for Sonar</h1>");
    }

    @Test
    void speaksJson() throws Exception {
        HttpResponse<String> json = client.send(request("/api/json").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(json.body()).isEqualTo("{\"service\":\"sonar\",\"standIn\":true}\n");
        assertThat(json.headers().firstValue("content-type")).contains("application/json");
    }

    @Test
    void echoesUploads() throws Exception {
        byte[] upload = new byte[3_000_000];
        upload[2_999_999] = 7;
        HttpRequest post = request("/any")
                .POST(HttpRequest.BodyPublishers.ofByteArray(upload))
                .build();

        assertThat(client.send(post, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(upload);
    }

    @Test
    void servesBytesThatCanBeChecked() throws Exception {
        HttpResponse<byte[]> bytes =
                client.send(request("/bytes/100000?7").build(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(bytes.body()).hasSize(100_000);
        assertThat(Pattern.matches(Unpooled.wrappedBuffer(bytes.body()), 7, 0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bytes/", "/bytes/-1", "/bytes/1048577", "/bytes/10?x"})
    void servesNoOtherAmountOfBytes(String path) throws Exception {
        assertThat(client.send(request(path).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void sendsEvents() throws Exception {
        try (BufferedReader events = new BufferedReader(new InputStreamReader(
                client.send(request("/events").build(), HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            assertThat(events.readLine()).isEqualTo("data: sonar event 1");
            assertThat(events.readLine()).isEmpty();
            assertThat(events.readLine()).isEqualTo("data: sonar event 2");
        }
    }

    @Test
    void echoesWebSocketMessages() throws Exception {
        CompletableFuture<String> echo = new CompletableFuture<>();
        WebSocket webSocket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + standIn.port() + "/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        echo.complete(data.toString());
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .get(10, TimeUnit.SECONDS);

        webSocket.sendText("hello", true).get(10, TimeUnit.SECONDS);

        assertThat(echo.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        webSocket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standIn.port()
                        + path.replace("<", "%3C").replace(">", "%3E")))
                .timeout(Duration.ofSeconds(20));
    }
}
