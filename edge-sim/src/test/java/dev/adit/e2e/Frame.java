package dev.adit.e2e;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One frame of a stream as it came from a connector. */
sealed interface Frame {
    /** A head or trailers. */
    record Headers(List<Field> fields, boolean last) implements Frame {}

    /** Body bytes, one char each. */
    record Data(String text, boolean last) implements Frame {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** The end of the stream by force. */
    record Reset(String code) implements Frame {}
}
