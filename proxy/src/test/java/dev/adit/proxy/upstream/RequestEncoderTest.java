package dev.adit.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestEncoderTest {
    private final RequestEncoder encoder = new RequestEncoder();

    @Test
    void writesFramingFirstAndConnectionLast() {
        HttpHeaders headers = fields().add("accept", "*/*");

        assertThat(encode(new RequestHead(ExchangeKind.HTTP, "POST", "a", "/", headers, 7, true), BodyFraming.LENGTH))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nAccept: */*\r\n"
                        + "Connection: keep-alive\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "content-length,7",
        "Transfer-Encoding,chunked",
        "CONNECTION,close",
        "keep-alive,timeout=5",
        "proxy-connection,close",
        "upgrade,h2c",
        "expect,100-continue",
        "host,b"
    })
    void leavesFieldsOutThatAreItsOwn(String name, String value) {
        assertThat(encode(head(fields().add(name, value)), BodyFraming.NONE))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"x-a,X-A", "X-a,X-A", "etag,Etag", "te,Te", "x--a,X--A", "-a,-A", "1a-b,1a-B", "sec-ch-ua,Sec-Ch-Ua"})
    void givesNamesTheirUsualCapitals(String name, String written) {
        assertThat(encode(head(fields().add(name, "v")), BodyFraming.NONE)).contains("\r\n" + written + ": v\r\n");
    }

    @Test
    void growsWithTheHead() {
        String large = "x".repeat(100_000);

        assertThat(encode(head(fields().add("x-a", large).add("x-b", large)), BodyFraming.NONE))
                .contains("X-A: " + large + "\r\nX-B: " + large + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "a\n", "\u0000", "a\u007f", "\u00e4", "\u0100"})
    void refusesNamesAndMethodsThatAreNoTokens(String token) {
        assertRefused(head(fields().add(token, "v")));
        assertRefused(new RequestHead(ExchangeKind.HTTP, token, "a", "/", fields(), -1, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "a\r\nb: c", "\u0000", "\u0100", "\u560a", "\u010d\u010a"})
    void refusesValuesThatEndALine(String value) {
        assertRefused(head(fields().add("x-a", value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ ", "/\t", "/\r\n", "/\u0000", "/\u007f", "/\u0100", "/ HTTP/1.1\r\nX: y\r\n\r\n"})
    void refusesPathsAndHostsThatEndALine(String text) {
        assertRefused(new RequestHead(ExchangeKind.HTTP, "GET", "a", text, fields(), -1, false));
        assertRefused(new RequestHead(ExchangeKind.HTTP, "GET", text, "/", fields(), -1, false));
    }

    @Test
    void isReadyForTheNextHeadAfterARefusal() {
        assertRefused(head(fields().add("x-a", "\r")));

        assertThat(encode(head(fields()), BodyFraming.NONE))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    }

    private void assertRefused(RequestHead head) {
        assertThatThrownBy(() -> encode(head, BodyFraming.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny("\r", "\n");
    }

    private String encode(RequestHead head, BodyFraming framing) {
        ByteBuf bytes = encoder.encode(
                new UpstreamRequest(head, head.authority(), framing, false), UnpooledByteBufAllocator.DEFAULT);
        try {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        } finally {
            bytes.release();
        }
    }

    private static RequestHead head(HttpHeaders headers) {
        return new RequestHead(ExchangeKind.HTTP, "GET", "a", "/", headers, -1, false);
    }

    private static HttpHeaders fields() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }
}
