package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapnpReaderTest {
    private static final int BYTES = 2;
    private static final int POINTERS = 6;
    private static final int COMPOSITE = 7;

    @Test
    void readsAStructFarAwayOverOneLandingPad() {
        CapnpReader root = root(words(far(1, 1)), words(-1, struct(0, 1, 0), 42));

        assertThat(root.int64(0)).isEqualTo(42);
    }

    @Test
    void readsAStructFarAwayOverALandingPadInAThirdSegment() {
        CapnpReader root = root(words(doubleFar(2, 0)), words(-1, 42), words(far(1, 1), struct(0, 1, 0)));

        assertThat(root.int64(0)).isEqualTo(42);
    }

    @Test
    void readsTextAndListsInOtherSegments() {
        CapnpReader root = root(
                words(struct(0, 0, 3), far(1, 0), doubleFar(1, 1), list(0, POINTERS, 1), far(1, 4)),
                words(list(4, BYTES, 3), far(2, 0), list(0, BYTES, 2), -1, list(0, BYTES, 3), ascii("ab\0")),
                words(ascii("c\0")));

        assertThat(root.text(0)).isEqualTo("ab");
        assertThat(root.text(1)).isEqualTo("c");
        assertThat(root.texts(2)).containsExactly("ab");
    }

    @Test
    void refusesFarPointersThatGoWrong() {
        assertRefused("pointer to segment 1 of 1 segments", words(far(1, 0)));
        assertRefused("pointer to segment 4294967295 of 1 segments", words(far(-1, 0)));
        assertRefused("pointer out of bounds", words(far(0, 1)));
        assertRefused("pointer out of bounds", words(doubleFar(0, 1), 0));
        assertRefused("far pointer that leads to a far pointer", words(far(0, 1), far(0, 2), struct(0, 0, 0)));
        assertRefused("far pointer that leads to a far pointer", words(far(0, 0)));
        assertRefused("does not start with a far pointer", words(doubleFar(0, 1), struct(0, 0, 0), struct(0, 0, 0)));
        assertRefused("ends with a far pointer", words(doubleFar(0, 1), far(0, 0), far(0, 0)));
    }

    @Test
    void readsFieldsAStructDoesNotHaveAsDefaults() {
        CapnpReader root = root(words(struct(0, 1, 0), -1L));

        assertThat(root.int64(0)).isEqualTo(-1);
        assertThat(root.int64(8)).isZero();
        assertThat(root.uint16(8)).isZero();
        assertThat(root.bit(64)).isFalse();
        assertThat(root.struct(0).struct(3).int32(0)).isZero();
        assertThat(root.text(1)).isEmpty();
        assertThat(root.data(2)).isEmpty();
        assertThat(root.texts(3)).isEmpty();
        assertThat(root.structs(4)).isEmpty();
        assertThat(root.capability(5)).isEmpty();
    }

    @Test
    void readsKnownFieldsOfAStructThatGrew() {
        CapnpReader root = root(words(struct(0, 3, 2), 7, 8, 9, list(1, BYTES, 2), 0, ascii("x\0")));

        assertThat(root.int64(0)).isEqualTo(7);
        assertThat(root.text(0)).isEqualTo("x");
    }

    @Test
    void readsANullRootAsDefaults() {
        assertThat(root(words(0)).uint16(0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0x08", "1, 0x07", "6, 0x02", "7, 0x01"})
    void readsLittleEndianBytes(int offset, String expected) {
        CapnpReader root = root(words(struct(0, 1, 0), 0x0102030405060708L));

        assertThat(root.uint8(offset)).isEqualTo(Integer.decode(expected));
    }

    @Test
    void readsNumbersAsWideAsAsked() {
        CapnpReader root = root(words(struct(0, 1, 0), 0xfffe_0004_8000_0001L));

        assertThat(root.uint16(6)).isEqualTo(0xfffe);
        assertThat(root.int32(0)).isEqualTo(0x8000_0001);
        assertThat(root.bit(0)).isTrue();
        assertThat(root.bit(1)).isFalse();
        assertThat(root.bit(31)).isTrue();
        assertThat(root.bit(34)).isTrue();
    }

    @Test
    void readsAListOfTextsThatBecameAListOfStructs() {
        CapnpReader root = root(words(
                struct(0, 0, 1),
                list(0, COMPOSITE, 4),
                struct(2, 1, 1),
                5,
                list(2, BYTES, 2),
                6,
                list(1, BYTES, 2),
                ascii("a\0"),
                ascii("b\0")));

        assertThat(root.texts(0)).containsExactly("a", "b");
    }

    @Test
    void readsStructsOfAList() {
        CapnpReader root = root(words(struct(0, 0, 1), list(0, COMPOSITE, 2), struct(2, 1, 0), 5, 6));

        List<CapnpReader> elements = root.structs(0);

        assertThat(elements).extracting(element -> element.int64(0)).containsExactly(5L, 6L);
    }

    @Test
    void takesAnEmptyListOfAnyElements() {
        CapnpReader root = root(words(struct(0, 0, 2), list(1, 0, 0), list(0, 1, 0)));

        assertThat(root.texts(0)).isEmpty();
        assertThat(root.structs(1)).isEmpty();
        assertThat(root.data(0)).isEmpty();
        assertThat(root.text(1)).isEmpty();
    }

    @Test
    void refusesPointersOutOfBounds() {
        assertRefused("pointer out of bounds", new byte[0]);
        assertRefused("pointer out of bounds", words(struct(0, 1, 0)));
        assertRefused("pointer out of bounds", words(struct(-2, 1, 0), 0));
        assertRefused("pointer out of bounds", words(struct((1 << 29) - 1, 1, 0), 0));
        assertRefused("pointer out of bounds", words(struct(0, 0xffff, 0xffff), 0));
        assertRefused("pointer out of bounds", words(struct(0, 0, 1), list(0, BYTES, 9), 0));
        assertRefused("pointer out of bounds", words(struct(0, 0, 1), list(0, BYTES, (1 << 29) - 1), 0));
    }

    @Test
    void refusesPointersOfTheWrongKind() {
        assertRefused("pointer of kind 1 where a struct belongs", words(list(0, BYTES, 0)));
        assertRefused("pointer of kind 3 where a struct belongs", words(3));
        assertRefused("pointer of kind 0 where a list belongs", words(struct(0, 0, 1), struct(0, 1, 0), 0));
        assertRefused("elements of size 6 where bytes belong", words(struct(0, 0, 1), list(0, POINTERS, 1), 0));
    }

    @Test
    void refusesListsOfStructsWithABadTag() {
        CapnpReader tooMany = root(words(struct(0, 0, 1), list(0, COMPOSITE, 1), struct(2, 1, 0), 0));
        CapnpReader noStruct = root(words(struct(0, 0, 1), list(0, COMPOSITE, 0), list(0, 0, 0)));
        CapnpReader words = root(words(struct(0, 0, 1), list(0, 5, 1), 0));

        assertThatThrownBy(() -> tooMany.structs(0)).isInstanceOf(CapnpException.class);
        assertThatThrownBy(() -> noStruct.structs(0)).isInstanceOf(CapnpException.class);
        assertThatThrownBy(() -> words.structs(0)).isInstanceOf(CapnpException.class);
    }

    @Test
    void refusesTextWithoutAZeroByte() {
        assertRefused("text without a zero byte", words(struct(0, 0, 1), list(0, BYTES, 2), ascii("ab")));
    }

    @Test
    void refusesToGoDeeperThanTheLimit() {
        CapnpReader reader = root(words(struct(0, 0, 1), struct(-1, 0, 1)));
        for (int depth = 1; depth < CapnpReader.MAX_DEPTH; depth++) {
            reader = reader.struct(0);
        }
        CapnpReader deepest = reader;

        assertThatThrownBy(() -> deepest.struct(0))
                .isInstanceOf(CapnpException.class)
                .hasMessage("nested deeper than 64 levels");
    }

    @Test
    void refusesToReadTheSameWordsOverAndOver() {
        int texts = 1000;
        ByteBuffer words = ByteBuffer.allocate(8 * (2 + 2 * texts)).order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(struct(0, 0, 1)).putLong(list(0, POINTERS, texts));
        for (int i = 0; i < texts; i++) {
            words.putLong(list(texts - i - 1, BYTES, 8 * texts));
        }
        CapnpReader root = root(words.array());

        assertThatThrownBy(() -> root.texts(0))
                .isInstanceOf(CapnpException.class)
                .hasMessage("pointers lead to the same words too often");
    }

    @Test
    void refusesAMillionStructsWithoutWords() {
        CapnpReader root = root(words(struct(0, 0, 1), list(0, COMPOSITE, 0), struct(1 << 20, 0, 0)));

        assertThatThrownBy(() -> root.texts(0))
                .isInstanceOf(CapnpException.class)
                .hasMessage("pointers lead to the same words too often");
    }

    @Test
    void readsWhatWasNestedInAMessageOfManySegments() {
        CapnpMessage far =
                new CapnpMessage(words(far(1, 1)), words(-1, struct(0, 1, 1), 42, list(0, BYTES, 2), ascii("x\0")));
        CapnpMessage near = new CapnpMessage(words(struct(1, 1, 0), -1, 42));

        assertThat(CapnpReader.root(far.nested()).struct(0).text(0)).isEqualTo("x");
        assertThat(CapnpReader.root(near.nested()).struct(0).int64(0)).isEqualTo(42);
        assertThat(CapnpReader.root(near.nested().nested()).struct(0).struct(0).int64(0))
                .isEqualTo(42);
        assertThat(CapnpReader.root(new CapnpMessage(words(0)).nested())
                        .struct(0)
                        .int64(0))
                .isZero();
    }

    private static void assertRefused(String reason, byte[]... segments) {
        assertThatThrownBy(() -> root(segments).text(0))
                .isInstanceOf(CapnpException.class)
                .hasMessageContaining(reason);
    }

    private static CapnpReader root(byte[]... segments) {
        return CapnpReader.root(new CapnpMessage(segments));
    }

    private static byte[] words(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    private static long struct(int offset, int dataWords, int pointers) {
        return CapnpWriter.structPointer(offset, dataWords, pointers);
    }

    private static long list(int offset, int elementSize, int count) {
        return 1 | ((offset << 2) & 0xffff_ffffL) | ((long) elementSize << 32) | ((long) count << 35);
    }

    private static long far(int segment, int pad) {
        return 2 | ((long) pad << 3) | ((long) segment << 32);
    }

    private static long doubleFar(int segment, int pad) {
        return far(segment, pad) | 4;
    }

    private static long ascii(String text) {
        byte[] bytes = new byte[8];
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, text.length());
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
