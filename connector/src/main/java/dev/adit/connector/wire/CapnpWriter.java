package dev.adit.connector.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one struct of a message of one segment. Objects lie in the order in which they are made, as cloudflared's do.
 */
final class CapnpWriter {
    private static final long LIST = 1;
    private static final long CAPABILITY = 3;
    private static final long BYTE_ELEMENTS = 2;
    private static final long POINTER_ELEMENTS = 6;
    private static final long COMPOSITE_ELEMENTS = 7;

    private final Segment segment;
    private final int firstWord;
    private final int dataWords;

    private CapnpWriter(Segment segment, int firstWord, int dataWords) {
        this.segment = segment;
        this.firstWord = firstWord;
        this.dataWords = dataWords;
    }

    /** Starts a message with its root struct. */
    static CapnpWriter root(int dataWords, int pointers) {
        Segment segment = new Segment();
        return new CapnpWriter(segment, segment.allocate(1), 0).struct(0, dataWords, pointers);
    }

    /** The whole message that this struct belongs to. */
    CapnpMessage message() {
        return new CapnpMessage(segment.toBytes());
    }

    void bit(int bit) {
        int at = byteAt(bit / 8);
        segment.bytes.put(at, (byte) (segment.bytes.get(at) | (1 << (bit % 8))));
    }

    void int8(int byteOffset, int value) {
        segment.bytes.put(byteAt(byteOffset), (byte) value);
    }

    void int16(int byteOffset, int value) {
        segment.bytes.putShort(byteAt(byteOffset), (short) value);
    }

    void int32(int byteOffset, int value) {
        segment.bytes.putInt(byteAt(byteOffset), value);
    }

    void int64(int byteOffset, long value) {
        segment.bytes.putLong(byteAt(byteOffset), value);
    }

    CapnpWriter struct(int pointer, int structDataWords, int structPointers) {
        int at = pointerWord(pointer);
        int words = structDataWords + structPointers;
        // A struct without words needs an offset of -1, or its pointer would be null.
        int target = words == 0 ? at : segment.allocate(words);
        segment.word(at, structPointer(target - at - 1, structDataWords, structPointers));
        return new CapnpWriter(segment, target, structDataWords);
    }

    /** A list without elements, which still tells the size of its elements. */
    void noStructs(int pointer, int structDataWords, int structPointers) {
        composite(pointer, 0, structPointer(0, structDataWords, structPointers));
    }

    /** A list of one struct. */
    CapnpWriter oneStruct(int pointer, int structDataWords, int structPointers) {
        int words = structDataWords + structPointers;
        int tag = composite(pointer, words, structPointer(1, structDataWords, structPointers));
        return new CapnpWriter(segment, tag + 1, structDataWords);
    }

    void text(int pointer, String value) {
        if (!value.isEmpty()) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            bytes(pointer, utf8, utf8.length + 1);
        }
    }

    void data(int pointer, byte[] value) {
        if (value.length > 0) {
            bytes(pointer, value, value.length);
        }
    }

    void texts(int pointer, List<String> values) {
        if (values.isEmpty()) {
            return;
        }
        int first = list(pointer, values.size(), POINTER_ELEMENTS, values.size());
        CapnpWriter elements = new CapnpWriter(segment, first, 0);
        for (int i = 0; i < values.size(); i++) {
            elements.text(i, values.get(i));
        }
    }

    void capability(int pointer, int index) {
        segment.word(pointerWord(pointer), CAPABILITY | ((long) index << 32));
    }

    static long structPointer(int offset, int dataWords, int pointers) {
        return ((offset << 2) & 0xffff_ffffL) | ((long) dataWords << 32) | ((long) pointers << 48);
    }

    private void bytes(int pointer, byte[] value, int count) {
        int first =
                list(pointer, (count + CapnpMessage.WORD_BYTES - 1) / CapnpMessage.WORD_BYTES, BYTE_ELEMENTS, count);
        segment.bytes.put(first * CapnpMessage.WORD_BYTES, value);
    }

    private int composite(int pointer, int words, long tag) {
        int first = list(pointer, words + 1, COMPOSITE_ELEMENTS, words);
        segment.word(first, tag);
        return first;
    }

    private int list(int pointer, int words, long elementSize, int count) {
        int at = pointerWord(pointer);
        int target = segment.allocate(words);
        long offset = (long) (target - at - 1) << 2;
        segment.word(at, LIST | offset | (elementSize << 32) | ((long) count << 35));
        return target;
    }

    private int byteAt(int byteOffset) {
        assert byteOffset < dataWords * CapnpMessage.WORD_BYTES;
        return firstWord * CapnpMessage.WORD_BYTES + byteOffset;
    }

    private int pointerWord(int pointer) {
        return firstWord + dataWords + pointer;
    }

    /** The words of a message, as many as were asked for so far. */
    private static final class Segment {
        private static final int FIRST_BYTES = 512;

        private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private int words;

        int allocate(int more) {
            int first = words;
            words += more;
            int needed = words * CapnpMessage.WORD_BYTES;
            if (needed > bytes.capacity()) {
                byte[] grown = Arrays.copyOf(bytes.array(), Math.max(needed, 2 * bytes.capacity()));
                bytes = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN);
            }
            return first;
        }

        void word(int word, long value) {
            bytes.putLong(word * CapnpMessage.WORD_BYTES, value);
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes.array(), words * CapnpMessage.WORD_BYTES);
        }
    }
}
