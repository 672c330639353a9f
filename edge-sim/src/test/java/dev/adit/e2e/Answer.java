package dev.adit.e2e;

import dev.adit.connector.wire.UserHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that a connector said on one stream. */
final class Answer {
    /** How the response ended. */
    enum End {
        NOT,
        ON_HEAD,
        AFTER_BODY,
        ON_TRAILERS
    }

    private final List<String> interim = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private List<Field> head = List.of();
    private List<Field> trailers = List.of();
    private End end = End.NOT;
    private int bodyBytes;
    private boolean textKnown = true;
    private @Nullable String reset;

    void add(Frame frame) {
        if (frame instanceof Frame.Headers headers) {
            headers(headers.fields(), headers.last());
        } else if (frame instanceof Frame.Data data) {
            body(data.text().length(), data.text(), data.last());
        } else if (frame instanceof Frame.Reset broken) {
            reset(broken.code());
        }
    }

    void headers(List<Field> fields, boolean last) {
        Optional<String> status = value(fields, ":status");
        if (status.isPresent() && status.get().startsWith("1") && !last) {
            interim.add(status.get());
        } else if (status.isPresent()) {
            head = List.copyOf(fields);
            end = last ? End.ON_HEAD : end;
        } else {
            trailers = List.copyOf(fields);
            end = End.ON_TRAILERS;
        }
    }

    /** More body; {@code content} is null if the log does not tell it. */
    void body(int bytes, @Nullable String content, boolean last) {
        bodyBytes += bytes;
        textKnown &= content != null;
        text.append(content);
        end = last ? End.AFTER_BODY : end;
    }

    /** Only the first one counts. */
    void reset(String code) {
        if (reset == null) {
            reset = code;
        }
    }

    /** Whether nothing can follow, for a request that has ended. */
    boolean isOver() {
        return end != End.NOT || reset != null;
    }

    boolean hasHead() {
        return !head.isEmpty();
    }

    /** Status codes of the 1xx heads. */
    List<String> interim() {
        return List.copyOf(interim);
    }

    /** All fields of the final head; empty before it came. */
    List<Field> head() {
        return head;
    }

    /** The first field called {@code name} of the final head. */
    Optional<String> field(String name) {
        return value(head, name);
    }

    /** The origin's fields, unpacked and in the order of their names. */
    List<Field> packed() {
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, String> field :
                UserHeaders.unpack(field("cf-cloudflared-response-headers").orElse(""))) {
            fields.add(new Field(field.getKey(), field.getValue()));
        }
        fields.sort(Comparator.comparing(Field::name));
        return fields;
    }

    List<Field> trailers() {
        return trailers;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    /** The body, one char a byte, or null if the log does not tell it. */
    @Nullable
    String text() {
        return textKnown ? text.toString() : null;
    }

    End end() {
        return end;
    }

    /** The code of the reset, or null if there was none. */
    @Nullable
    String reset() {
        return reset;
    }

    private static Optional<String> value(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return "head=" + head + " body=" + bodyBytes + " trailers=" + trailers + " end=" + end + " reset=" + reset;
    }
}
