package dev.adit.connector.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads one struct of a {@link CapnpMessage}. Fields beyond the struct that was sent and null pointers read as zero or
 * empty; every pointer is checked when it is followed, and a bad one throws {@link CapnpException}.
 */
final class CapnpReader {
    /** Pointers followed from the root to an object; cloudflared's limit as well. */
    static final int MAX_DEPTH = 64;

    private static final int STRUCT = 0;
    private static final int LIST = 1;
    private static final int FAR = 2;
    private static final int CAPABILITY = 3;

    private static final int BYTE_ELEMENTS = 2;
    private static final int POINTER_ELEMENTS = 6;
    private static final int COMPOSITE_ELEMENTS = 7;

    private final Walk walk;
    private final Layout at;
    private final int depth;

    private CapnpReader(Walk walk, Layout at, int depth) {
        this.walk = walk;
        this.at = at;
        this.depth = depth;
    }

    static CapnpReader root(CapnpMessage message) {
        return new CapnpReader(new Walk(message), new Layout(0, 0, 0, 1), 0).struct(0);
    }

    /** The same struct for another reading, which has the whole budget to itself. */
    CapnpReader again() {
        return new CapnpReader(new Walk(walk.message), at, depth);
    }

    boolean bit(int bit) {
        return ((uint8(bit / 8) >> (bit % 8)) & 1) != 0;
    }

    int uint8(int byteOffset) {
        return (int) bits(byteOffset, 1);
    }

    int uint16(int byteOffset) {
        return (int) bits(byteOffset, 2);
    }

    int int32(int byteOffset) {
        return (int) bits(byteOffset, 4);
    }

    long int64(int byteOffset) {
        return bits(byteOffset, 8);
    }

    CapnpReader struct(int pointer) {
        Target target = follow(pointer);
        if (target.isNull()) {
            return new CapnpReader(walk, Layout.EMPTY, depth + 1);
        }
        if (target.kind() != STRUCT) {
            throw new CapnpException("pointer of kind " + target.kind() + " where a struct belongs");
        }
        Layout layout = target.layout();
        walk.enter(layout.segment, layout.firstWord, layout.words());
        return new CapnpReader(walk, layout, depth + 1);
    }

    byte[] data(int pointer) {
        Target target = follow(pointer);
        if (target.isNull()) {
            return new byte[0];
        }
        int count = target.listCount();
        if (target.elementSize() != BYTE_ELEMENTS) {
            if (count == 0) {
                return new byte[0];
            }
            throw new CapnpException("list of elements of size " + target.elementSize() + " where bytes belong");
        }
        walk.enter(target.segment, target.word, (count + 7L) / CapnpMessage.WORD_BYTES);
        int from = target.word * CapnpMessage.WORD_BYTES;
        return Arrays.copyOfRange(walk.message.segment(target.segment), from, from + count);
    }

    String text(int pointer) {
        byte[] bytes = data(pointer);
        if (bytes.length == 0) {
            return "";
        }
        if (bytes[bytes.length - 1] != 0) {
            throw new CapnpException("text without a zero byte at its end");
        }
        return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
    }

    /** The texts of a list of texts, which a newer schema may have made a list of structs that start with a text. */
    List<String> texts(int pointer) {
        List<CapnpReader> elements = elements(pointer, POINTER_ELEMENTS);
        List<String> texts = new ArrayList<>(elements.size());
        for (CapnpReader element : elements) {
            texts.add(element.text(0));
        }
        return texts;
    }

    List<CapnpReader> structs(int pointer) {
        return elements(pointer, COMPOSITE_ELEMENTS);
    }

    /** The index into the capability table, or empty if the pointer is null or no capability. */
    OptionalInt capability(int pointer) {
        Target target = follow(pointer);
        return target.kind() == CAPABILITY && (int) target.tag == CAPABILITY
                ? OptionalInt.of((int) (target.tag >>> 32))
                : OptionalInt.empty();
    }

    private List<CapnpReader> elements(int pointer, int expected) {
        Target target = follow(pointer);
        if (target.isNull()) {
            return List.of();
        }
        int count = target.listCount();
        if (target.elementSize() == COMPOSITE_ELEMENTS) {
            return compositeElements(target, count);
        }
        if (count == 0) {
            return List.of();
        }
        if (target.elementSize() != expected) {
            throw new CapnpException(
                    "list of elements of size " + target.elementSize() + " where " + expected + " belongs");
        }
        walk.enter(target.segment, target.word, count);
        List<CapnpReader> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(new CapnpReader(walk, new Layout(target.segment, target.word + i, 0, 1), depth + 1));
        }
        return elements;
    }

    private List<CapnpReader> compositeElements(Target target, int listWords) {
        walk.enter(target.segment, target.word, listWords + 1L);
        long tag = walk.message.word(target.segment, target.word);
        Target first = new Target(target.segment, target.word + 1, tag);
        Layout layout = first.layout();
        int count = (int) tag >>> 2;
        if (first.kind() != STRUCT || (long) count * layout.words() > listWords) {
            throw new CapnpException("list of structs with a bad tag");
        }
        if (layout.words() == 0) {
            walk.spend(count);
        }
        List<CapnpReader> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int word = layout.firstWord + i * layout.words();
            Layout element = new Layout(layout.segment, word, layout.dataWords, layout.pointers);
            elements.add(new CapnpReader(walk, element, depth + 1));
        }
        return elements;
    }

    private long bits(int byteOffset, int bytes) {
        if (byteOffset + bytes > at.dataWords * CapnpMessage.WORD_BYTES) {
            return 0;
        }
        long word = walk.message.word(at.segment, at.firstWord + byteOffset / CapnpMessage.WORD_BYTES);
        long shifted = word >>> (byteOffset % CapnpMessage.WORD_BYTES * 8);
        return bytes == CapnpMessage.WORD_BYTES ? shifted : shifted & ((1L << (bytes * 8)) - 1);
    }

    private Target follow(int pointer) {
        if (pointer >= at.pointers) {
            return Target.NULL;
        }
        if (depth >= MAX_DEPTH) {
            throw new CapnpException("nested deeper than " + MAX_DEPTH + " levels");
        }
        int word = at.firstWord + at.dataWords + pointer;
        long bits = walk.message.word(at.segment, word);
        if ((bits & 3) != FAR) {
            return Target.near(at.segment, word, bits);
        }
        int segment = (int) (bits >>> 32);
        int pad = padWord(bits);
        boolean twoWords = (bits & 4) != 0;
        walk.enter(segment, pad, twoWords ? 2 : 1);
        long landing = walk.message.word(segment, pad);
        if (!twoWords) {
            if ((landing & 3) == FAR) {
                throw new CapnpException("far pointer that leads to a far pointer");
            }
            return Target.near(segment, pad, landing);
        }
        if ((landing & 7) != FAR) {
            throw new CapnpException("landing pad of two words that does not start with a far pointer");
        }
        Target target = new Target((int) (landing >>> 32), padWord(landing), walk.message.word(segment, pad + 1));
        if (target.kind() == FAR) {
            throw new CapnpException("landing pad of two words that ends with a far pointer");
        }
        return target;
    }

    private static int padWord(long farPointer) {
        return (int) farPointer >>> 3;
    }

    /** Where a struct lies and how big it is. */
    private record Layout(int segment, int firstWord, int dataWords, int pointers) {
        static final Layout EMPTY = new Layout(0, 0, 0, 0);

        int words() {
            return dataWords + pointers;
        }
    }

    /** Where a pointer leads and, in its tag, what is there. */
    private record Target(int segment, int word, long tag) {
        static final Target NULL = new Target(0, 0, 0);

        static Target near(int segment, int pointerWord, long pointer) {
            return new Target(segment, pointerWord + 1 + ((int) pointer >> 2), pointer);
        }

        boolean isNull() {
            return tag == 0;
        }

        int kind() {
            return (int) tag & 3;
        }

        Layout layout() {
            return new Layout(segment, word, (int) (tag >>> 32) & 0xffff, (int) (tag >>> 48));
        }

        int elementSize() {
            return (int) (tag >>> 32) & 7;
        }

        /** Elements, or words if the elements are structs. */
        int listCount() {
            if (kind() != LIST) {
                throw new CapnpException("pointer of kind " + kind() + " where a list belongs");
            }
            return (int) (tag >>> 35);
        }
    }

    /** How much of one message may still be read, so that pointers to the same place can't multiply the work. */
    private static final class Walk {
        /** Times a message may be read in full; one suffices for a sound message. */
        private static final int MAX_READINGS = 4;

        /** For small messages, where structs without words count most. */
        private static final int GRACE_WORDS = 64;

        private final CapnpMessage message;
        private long wordsLeft;

        Walk(CapnpMessage message) {
            this.message = message;
            this.wordsLeft = (long) MAX_READINGS * message.words() + GRACE_WORDS;
        }

        void enter(int segment, int firstWord, long words) {
            message.check(segment, firstWord, words);
            spend(words);
        }

        void spend(long words) {
            wordsLeft -= Math.max(1, words);
            if (wordsLeft < 0) {
                throw new CapnpException("pointers lead to the same words too often");
            }
        }
    }
}
