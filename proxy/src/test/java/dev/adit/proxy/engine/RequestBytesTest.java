package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream.Event;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a request head as they reach an origin. */
final class RequestBytesTest {
    @Test
    void writesTheWholeHead() {
        String head = headOf(H2Client.headers("GET", "/a?b=c", "accept", "*/*", "x-forwarded-for", "1.2.3.4"));

        assertThat(head)
                .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: example.test\r\nAccept: */*\r\nX-Forwarded-For: 1.2.3.4\r\n"
                        + "Connection: keep-alive\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2Fb/../c//d/%2e%2e/e?x=1&y=%20z;q",
                "//",
                "/.",
                "/..",
                "/%00",
                "/\u00e4\u00ff",
                "/?",
                "/?a?b#c",
                "*",
                "/%zz",
                "/a\\b"
            })
    void keepsThePathByteForByte(String path) {
        assertThat(headOf(H2Client.headers("GET", path))).startsWith("GET " + path + " HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a  b", "\u00e4\u00f6\u0080\u00ff", "a\tb"})
    void keepsValuesByteForByte(String value) {
        assertThat(headOf(H2Client.headers("GET", "/", "x-a", value))).contains("\r\nX-A: " + value + "\r\n");
    }

    @Test
    void keepsRepeatedFieldsInTheirOrder() {
        assertThat(headOf(H2Client.headers("GET", "/", "x-a", "1", "x-b", "2", "x-a", "3")))
                .contains("X-A: 1\r\nX-B: 2\r\nX-A: 3\r\n");
    }

    @Test
    void joinsCookies() {
        assertThat(headOf(H2Client.headers("GET", "/", "cookie", "a=1", "x-b", "2", "cookie", "b=2")))
                .contains("\r\nCookie: a=1; b=2\r\n")
                .containsOnlyOnce("Cookie");
    }

    @Test
    void takesTheHostFieldIfThereIsNoAuthority() {
        Http2Headers headers = H2Client.headers("GET", "/", "host", "other.test:81");
        headers.remove(Http2Headers.PseudoHeaderName.AUTHORITY.value());

        assertThat(headOf(headers)).contains("\r\nHost: other.test:81\r\n").containsOnlyOnce("ost:");
    }

    @Test
    void prefersTheAuthorityToTheHostField() {
        assertThat(headOf(H2Client.headers("GET", "/", "host", "other.test")))
                .contains("\r\nHost: example.test\r\n")
                .doesNotContain("other.test");
    }

    @Test
    void replacesTheHostIfTheRuleSaysSo() {
        OriginOptions options =
                new OriginOptionsBuilder().httpHostHeader("inner.test").build();

        assertThat(headOf(H2Client.headers("GET", "/", "x-forwarded-host", "forged"), options))
                .contains("\r\nHost: inner.test\r\n")
                .contains("\r\nX-Forwarded-Host: example.test\r\n")
                .doesNotContain("forged");
    }

    @Test
    void tellsOnlyTheAddressThatTheEdgeSaysIfTheRuleSaysSo() {
        OriginOptions options =
                new OriginOptionsBuilder().realClientAddress(true).build();

        assertThat(headOf(
                        H2Client.headers(
                                "GET",
                                "/",
                                "x-forwarded-for",
                                "6.6.6.6, 192.0.2.7",
                                "x-real-ip",
                                "6.6.6.6",
                                "forwarded",
                                "for=6.6.6.6",
                                "cf-connecting-ip",
                                "192.0.2.7"),
                        options))
                .contains("\r\nX-Forwarded-For: 192.0.2.7\r\n", "\r\nX-Real-Ip: 192.0.2.7\r\n")
                .doesNotContain("6.6.6.6");
        assertThat(headOf(H2Client.headers("GET", "/", "x-forwarded-for", "6.6.6.6", "x-real-ip", "6.6.6.6"), options))
                .doesNotContain("6.6.6.6");
    }

    @Test
    void keepsTeAndFieldsOfTheEdge() {
        assertThat(headOf(H2Client.headers("GET", "/", "te", "trailers", "cf-ray", "1-FRA", "cdn-loop", "x; loops=1")))
                .contains("\r\nTe: trailers\r\n")
                .contains("\r\nCf-Ray: 1-FRA\r\n")
                .contains("\r\nCdn-Loop: x; loops=1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b", "a\r\n\r\nGET /admin HTTP/1.1"})
    void refusesValuesThatWouldEndTheField(String value) {
        assertRefused(H2Client.headers("GET", "/", "x-a", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nX: y", "/\u0001", "/\u007f", "/\t"})
    void refusesPathsThatWouldEndTheRequestLine(String path) {
        assertRefused(H2Client.headers("GET", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G T", "GET /x HTTP/1.1\r\n", "G:T"})
    void refusesMethodsThatAreNoTokens(String method) {
        assertRefused(H2Client.headers(method, "/"));
    }

    @Test
    void refusesAHostThatWouldEndTheField() {
        assertRefused(H2Client.headers("GET", "/").authority("a\r\nX: y"));
    }

    /** Some are refused by the HTTP/2 codec with a reset, the rest by the encoder with 400. */
    private static void assertRefused(Http2Headers headers) {
        try (Line line = new Line(peer -> assertThat(peer.readToEnd()).isEmpty())) {
            Event refusal = line.client().send(headers, true).next();

            if (refusal instanceof Event.Headers head) {
                assertThat(head.status()).isEqualTo("400");
            } else {
                assertThat(refusal).isEqualTo(new Event.Reset(1));
            }
        }
    }

    private static String headOf(Http2Headers headers) {
        return headOf(headers, OriginOptions.DEFAULT);
    }

    private static String headOf(Http2Headers headers, OriginOptions options) {
        CompletableFuture<String> head = new CompletableFuture<>();
        try (Line line = new Line(
                peer -> {
                    head.complete(peer.readHead());
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                },
                options)) {
            assertThat(line.client().send(headers, true).response().status()).isEqualTo("200");
            return head.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
