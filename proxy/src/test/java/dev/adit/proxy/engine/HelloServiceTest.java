package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.WsFrames;
import dev.adit.proxy.testing.WsFrames.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in service. */
@Timeout(60)
final class HelloServiceTest {
    private final EngineHarness engine = new EngineHarness(new Target.Hello());
    private final H2Client client = engine.client();

    @AfterEach
    void stop() {
        client.close();
        engine.close();
    }

    @Test
    void showsAPageAndWhetherItLives() {
        H2Stream.Response page = client.request("GET", "/?a=b").response();
        assertThat(page.status()).isEqualTo("200");
        assertThat(page.field("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.body()).contains("Your tunnel works");
        assertThat(client.request("GET", "/_health").response().body()).isEqualTo("ok");
        assertThat(client.request("GET", "/uptime").response().body())
                .matches("\\{\"startTime\":\"[^\"]+Z\",\"uptime\":\"[0-9]+s\"}");
        assertThat(client.request("GET", "/other").response().status()).isEqualTo("404");
    }

    @Test
    void countsInEvents() {
        H2Stream stream = client.request("GET", "/sse?freq=1ms");

        assertThat(stream.head().status()).isEqualTo("200");
        assertThat(stream.read(32)).startsWith("data: 0\n\ndata: 1\n\ndata: 2\n\n");
        stream.reset(8);
        engine.awaitNoStreams();
    }

    @Test
    void sendsTheFirstEventAtOnce() {
        H2Stream stream = client.request("GET", "/sse");
        stream.head();

        assertThat(stream.read(9)).isEqualTo("data: 0\n\n");
        stream.reset(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"freq=", "freq=often", "freq=0s", "freq=-1s", "freq=1us"})
    void refusesAPeriodThatIsNone(String query) {
        assertThat(client.request("GET", "/sse?" + query).response().status()).isEqualTo("400");
    }

    @Test
    void echoesMessagesOfEveryKindInTheirPieces() {
        WsFrames socket = socket();

        socket.send(0x81, "text").send(0x82, "binary").send(0x81, "");
        socket.send(0x01, "two ").send(0x89, "are you there?").send(0x80, "pieces");

        assertThat(socket.next()).isEqualTo(new Frame(0x81, "text"));
        assertThat(socket.next()).isEqualTo(new Frame(0x82, "binary"));
        assertThat(socket.next()).isEqualTo(new Frame(0x81, ""));
        assertThat(socket.next()).isEqualTo(new Frame(0x01, "two "));
        assertThat(socket.next()).isEqualTo(new Frame(0x8a, "are you there?"));
        assertThat(socket.next()).isEqualTo(new Frame(0x80, "pieces"));
    }

    @ParameterizedTest
    @ValueSource(ints = {125, 126, 65_535, 65_536, 3_000_000})
    void echoesMessagesOfAnySize(int length) {
        String text = "0123456789abcdef".repeat(length / 16 + 1).substring(0, length);
        WsFrames socket = socket();

        socket.send(text);

        assertThat(socket.next()).isEqualTo(new Frame(0x82, text));
    }

    @Test
    void echoesWhatComesByteByByte() {
        WsFrames socket = socket();

        for (byte one : WsFrames.frame(0x81, "slowly")) {
            socket.raw(new byte[] {one});
        }

        assertThat(socket.next()).isEqualTo(new Frame(0x81, "slowly"));
    }

    @Test
    void closesWithTheCodeOfTheClient() {
        assertThat(socket().send(0x88, "\u0003\u00e9").closeCode()).isEqualTo(1001);
        engine.awaitNoStreams();
    }

    @Test
    void endsWhenTheClientBreaksTheRules() {
        H2Stream stream = open();
        stream.head();

        stream.send(new byte[] {(byte) 0x81, 1, 'x'}, false);

        assertThat(stream.readToEnd()).isEmpty();
    }

    @Test
    void saysThatTheEchoIsAWebSocket() {
        assertThat(client.request("GET", "/ws").response().status()).isEqualTo("426");
    }

    private WsFrames socket() {
        H2Stream stream = open();
        stream.head();
        return new WsFrames(stream);
    }

    private H2Stream open() {
        return client.send(
                H2Client.headers(
                        "GET", "/ws", "x-test-kind", "WEBSOCKET", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
                false);
    }
}
