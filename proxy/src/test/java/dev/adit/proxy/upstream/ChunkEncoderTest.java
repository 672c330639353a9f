package dev.adit.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkEncoderTest {
    @ParameterizedTest
    @CsvSource({"1,1", "9,9", "10,a", "16,10", "255,ff", "65535,ffff", "65536,10000"})
    void writesTheSizeInHex(int size, String hex) {
        String data = "x".repeat(size);

        assertThat(text(ChunkEncoder.chunk(
                        Unpooled.copiedBuffer(data, StandardCharsets.ISO_8859_1), UnpooledByteBufAllocator.DEFAULT)))
                .isEqualTo(hex + "\r\n" + data + "\r\n");
    }

    @Test
    void takesItsDataOver() {
        ByteBuf data = Unpooled.buffer().writeByte(1);

        ChunkEncoder.chunk(data, UnpooledByteBufAllocator.DEFAULT).release();

        assertThat(data.refCnt()).isZero();
    }

    @Test
    void endsWithoutTrailers() {
        assertThat(text(ChunkEncoder.lastChunk(null, UnpooledByteBufAllocator.DEFAULT)))
                .isEqualTo("0\r\n\r\n");
    }

    @Test
    void writesTrailersWithTheirUsualCapitals() {
        assertThat(last(fields().add("x-a", "1").add("x-b", "\u00e4").add("x-a", "2")))
                .isEqualTo("0\r\nX-A: 1\r\nX-B: \u00e4\r\nX-A: 2\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"content-length", "Transfer-Encoding", "HOST", "authorization", "cookie", "connection", "te"})
    void dropsTrailersThatChangeTheMessage(String name) {
        assertThat(last(fields().add(name, "1").add("x-a", "2"))).isEqualTo("0\r\nX-A: 2\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "\u00e4", "\u0100"})
    void dropsTrailersWhoseNameWouldEndALine(String name) {
        assertThat(last(fields().add(name, "1"))).isEqualTo("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\u0000", "1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\u0100", "\u560a"})
    void dropsTrailersWhoseValueWouldEndALine(String value) {
        assertThat(last(fields().add("x-a", value))).isEqualTo("0\r\n\r\n");
    }

    private static String last(HttpHeaders trailers) {
        return text(ChunkEncoder.lastChunk(trailers, UnpooledByteBufAllocator.DEFAULT));
    }

    private static String text(ByteBuf bytes) {
        try {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        } finally {
            bytes.release();
        }
    }

    private static HttpHeaders fields() {
        return DefaultHttpHeadersFactory.trailersFactory().withValidation(false).newHeaders();
    }
}
