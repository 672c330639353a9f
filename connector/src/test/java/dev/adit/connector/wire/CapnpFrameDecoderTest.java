package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapnpFrameDecoderTest {
    private static final int WORD = CapnpMessage.WORD_BYTES;

    private final List<CapnpMessage> messages = new ArrayList<>();

    @Test
    void joinsMessagesThatAreSplitAtAnyTwoOffsets() {
        byte[] stream = stream();
        List<CapnpMessage> whole = GoldenBytes.frames(stream);
        assertThat(whole).hasSize(3);

        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                CapnpFrameDecoder decoder = new CapnpFrameDecoder();
                messages.clear();
                decoder.feed(Unpooled.copiedBuffer(stream, 0, first), messages::add);
                decoder.feed(Unpooled.copiedBuffer(stream, first, second - first), messages::add);
                decoder.feed(Unpooled.copiedBuffer(stream, second, stream.length - second), messages::add);

                assertThat(messages).isEqualTo(whole);
            }
        }
    }

    @Test
    void givesEachMessageWithItsLastByteAndNotBefore() {
        byte[] bytes = GoldenBytes.get(GoldenBytes.samples(), "register");
        CapnpFrameDecoder decoder = new CapnpFrameDecoder();

        for (int i = 0; i < bytes.length; i++) {
            assertThat(messages).isEmpty();
            decoder.feed(Unpooled.copiedBuffer(bytes, i, 1), messages::add);
        }

        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).sizeBytes()).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 512, 513})
    void readsAndWritesAnyNumberOfSegments(int count) {
        byte[][] segments = new byte[count][];
        for (int i = 0; i < count; i++) {
            segments[i] = new byte[WORD * (i % 3)];
            Arrays.fill(segments[i], (byte) i);
        }
        CapnpMessage message = new CapnpMessage(segments);
        byte[] bytes = GoldenBytes.toBytes(message.encode(UnpooledByteBufAllocator.DEFAULT));

        new CapnpFrameDecoder().feed(Unpooled.wrappedBuffer(bytes), messages::add);

        assertThat(bytes).hasSize(message.sizeBytes());
        assertThat(bytes.length % WORD).isZero();
        assertThat(messages).containsExactly(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 0x7fff_ffff, -1})
    void refusesTooManySegments(int countLessOne) {
        ByteBuf data = Unpooled.buffer().writeIntLE(countLessOne);

        assertThatThrownBy(() -> new CapnpFrameDecoder().feed(data, messages::add))
                .isInstanceOf(CapnpException.class)
                .hasMessageContaining("segments");
        assertThat(data.refCnt()).isZero();
    }

    @Test
    void takesMessagesUpToTheLimitOnly() {
        CapnpFrameDecoder decoder = new CapnpFrameDecoder(64);
        decoder.feed(message(8), messages::add);
        assertThat(messages).hasSize(1);

        assertThatThrownBy(() -> decoder.feed(message(9), messages::add))
                .isInstanceOf(CapnpException.class)
                .hasMessage("message of 72 bytes, more than 64");
    }

    @Test
    void addsTheSizesOfAllSegmentsWithoutOverflow() {
        ByteBuf data =
                Unpooled.buffer().writeIntLE(1).writeIntLE(-1).writeIntLE(1).writeIntLE(0);

        assertThatThrownBy(() -> new CapnpFrameDecoder().feed(data, messages::add))
                .isInstanceOf(CapnpException.class)
                .hasMessage("message of 34359738368 bytes, more than 1048576");
    }

    @Test
    void dropsEverythingAfterAMalformedMessage() {
        CapnpFrameDecoder decoder = new CapnpFrameDecoder();
        ByteBuf bad = Unpooled.buffer().writeIntLE(-1).writeBytes(stream());
        assertThatThrownBy(() -> decoder.feed(bad, messages::add)).isInstanceOf(CapnpException.class);

        ByteBuf good = Unpooled.copiedBuffer(stream());
        decoder.feed(good, messages::add);

        assertThat(messages).isEmpty();
        assertThat(bad.refCnt()).isZero();
        assertThat(good.refCnt()).isZero();
    }

    @Test
    void dropsEverythingAfterItsReaderFailed() {
        CapnpFrameDecoder decoder = new CapnpFrameDecoder();
        ByteBuf data = Unpooled.copiedBuffer(stream());
        IllegalStateException failure = new IllegalStateException("reader");

        assertThatThrownBy(() -> decoder.feed(data, message -> {
                    throw failure;
                }))
                .isSameAs(failure);
        decoder.feed(Unpooled.copiedBuffer(stream()), messages::add);

        assertThat(messages).isEmpty();
        assertThat(data.refCnt()).isZero();
    }

    @Test
    void releasesWhatItTakes() {
        ByteBuf data = Unpooled.copiedBuffer(stream());

        new CapnpFrameDecoder().feed(data, messages::add);

        assertThat(data.refCnt()).isZero();
    }

    @Test
    void holdsNoMoreThanAboutTwiceWhatArrived() {
        CapnpFrameDecoder decoder = new CapnpFrameDecoder(CapnpFrameDecoder.HARD_MAX_MESSAGE_BYTES);
        ByteBuf start = Unpooled.buffer()
                .writeIntLE(0)
                .writeIntLE(CapnpFrameDecoder.HARD_MAX_MESSAGE_BYTES / WORD)
                .writeZero(5000);

        decoder.feed(start, messages::add);

        assertThat(decoder.heldCapacity()).isBetween(5008, 10_016);
    }

    @Test
    void takesAMessageThatGrowsBitByBit() {
        CapnpFrameDecoder decoder = new CapnpFrameDecoder();
        ByteBuf big = message(CapnpFrameDecoder.DEFAULT_MAX_MESSAGE_BYTES / WORD);

        while (big.isReadable()) {
            decoder.feed(big.readRetainedSlice(Math.min(16_384, big.readableBytes())), messages::add);
        }
        big.release();

        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).words()).isEqualTo(CapnpFrameDecoder.DEFAULT_MAX_MESSAGE_BYTES / WORD);
        assertThat(decoder.heldCapacity()).isLessThan(65_537);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 7, (64 << 20) + 1})
    void refusesALimitOutsideItsRange(int maxMessageBytes) {
        assertThatThrownBy(() -> new CapnpFrameDecoder(maxMessageBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was " + maxMessageBytes);
    }

    private static ByteBuf message(int words) {
        return Unpooled.buffer().writeIntLE(0).writeIntLE(words).writeZero(words * WORD);
    }

    private static byte[] stream() {
        return GoldenBytes.toBytes(Unpooled.wrappedBuffer(
                GoldenBytes.get(GoldenBytes.session(), "bootstrap"),
                GoldenBytes.get(GoldenBytes.session(), "release"),
                GoldenBytes.get(GoldenBytes.session(), "abort")));
    }
}
