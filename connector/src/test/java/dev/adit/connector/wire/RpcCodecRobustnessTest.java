package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What decoding does with messages that are cut, flipped or made up: a value or a {@link CapnpException}, soon. */
@Timeout(60)
final class RpcCodecRobustnessTest {
    private static final int WORD = CapnpMessage.WORD_BYTES;

    @Test
    void readsOrRefusesEveryMessageCutAtEveryWord() {
        int refused = 0;
        for (byte[] segment : segments()) {
            for (int words = 0; words < segment.length / WORD; words++) {
                refused += decodeAll(new CapnpMessage(Arrays.copyOf(segment, words * WORD))) ? 0 : 1;
            }
        }

        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void refusesARegistrationCutAnywhereBeforeItsLastPayload() {
        byte[] segment = segment(GoldenBytes.get(GoldenBytes.samples(), "register"));
        // The last word is the tag of the empty capability table, which a call's reader has no use for.
        for (int words = 0; words < segment.length / WORD - 1; words++) {
            CapnpMessage cut = new CapnpMessage(Arrays.copyOf(segment, words * WORD));

            assertThatThrownBy(() -> RpcCodec.decode(cut)).isInstanceOf(CapnpException.class);
        }
    }

    @Test
    void readsOrRefusesEveryMessageWithAnyBitFlipped() {
        int refused = 0;
        for (byte[] segment : segments()) {
            for (int bit = 0; bit < segment.length * 8; bit++) {
                byte[] flipped = segment.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                refused += decodeAll(new CapnpMessage(flipped)) ? 0 : 1;
            }
        }

        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void readsOrRefusesMutatedMessages() {
        Random random = new Random(20261122);
        List<byte[]> segments = segments();
        for (int round = 0; round < 30_000; round++) {
            byte[] mutated = segments.get(random.nextInt(segments.size())).clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            decodeAll(inRandomSegments(mutated, random));
        }
    }

    @Test
    void readsOrRefusesRandomWords() {
        Random random = new Random(42);
        for (int round = 0; round < 30_000; round++) {
            byte[] words = new byte[WORD * (1 + random.nextInt(24))];
            random.nextBytes(words);
            for (int i = 0; i < words.length; i += WORD) {
                sometimesMakeAPointer(words, i, random);
            }
            decodeAll(inRandomSegments(words, random));
        }
    }

    @Test
    void readsOrRefusesRandomStreams() {
        Random random = new Random(7);
        byte[] session = stream();
        for (int round = 0; round < 2_000; round++) {
            byte[] mutated = session.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                new CapnpFrameDecoder().feed(Unpooled.wrappedBuffer(mutated), RpcCodecRobustnessTest::decodeAll);
            } catch (CapnpException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    /** Whether the message was read; anything but the exception that is declared for the purpose gets out. */
    private static boolean decodeAll(CapnpMessage message) {
        try {
            RpcMessage decoded = RpcCodec.decode(message);
            if (decoded instanceof RpcMessage.Return answer) {
                answer.outcome().registration();
                if (answer.outcome() instanceof ReturnOutcome.Results results) {
                    results.payload().capability();
                }
            }
            if (decoded instanceof RpcMessage.Other other) {
                assertThat(RpcCodec.decode(other.unimplemented().message())).isEqualTo(other.unimplemented());
            } else if (!(decoded instanceof RpcMessage.Return)) {
                assertThat(GoldenBytes.decode(GoldenBytes.encode(decoded))).isEqualTo(decoded);
            }
            return true;
        } catch (CapnpException e) {
            return false;
        }
    }

    private static void sometimesMakeAPointer(byte[] words, int at, Random random) {
        if (random.nextInt(3) == 0) {
            return;
        }
        words[at] = (byte) ((random.nextInt(16) << 2) | random.nextInt(3));
        Arrays.fill(words, at + 1, at + 4, (byte) 0);
        words[at + 4] = (byte) random.nextInt(8);
        words[at + 5] = 0;
        words[at + 6] = (byte) random.nextInt(4);
        words[at + 7] = 0;
    }

    private static CapnpMessage inRandomSegments(byte[] words, Random random) {
        if (random.nextInt(3) > 0) {
            return new CapnpMessage(words);
        }
        int cut = random.nextInt(words.length / WORD + 1) * WORD;
        return new CapnpMessage(Arrays.copyOf(words, cut), Arrays.copyOfRange(words, cut, words.length));
    }

    private static List<byte[]> segments() {
        List<byte[]> segments = new ArrayList<>();
        for (Map<String, byte[]> file : List.of(whole(), GoldenBytes.samples())) {
            file.values().forEach(message -> segments.add(segment(message)));
        }
        return segments;
    }

    private static byte[] stream() {
        byte[] stream = new byte[0];
        for (byte[] message : whole().values()) {
            int end = stream.length;
            stream = Arrays.copyOf(stream, end + message.length);
            System.arraycopy(message, 0, stream, end, message.length);
        }
        return stream;
    }

    private static Map<String, byte[]> whole() {
        Map<String, byte[]> session = GoldenBytes.session();
        session.remove("updateLocalConfigurationStart");
        return session;
    }

    private static byte[] segment(byte[] message) {
        return Arrays.copyOfRange(message, WORD, message.length);
    }
}
