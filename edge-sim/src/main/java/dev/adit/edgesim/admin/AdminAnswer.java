package dev.adit.edgesim.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What is answered to a request. */
public sealed interface AdminAnswer {
    /** HTTP status. */
    int status();

    /** Header fields beside those that the server adds itself; each name has one value. */
    Map<String, String> headers();

    /** The same with one more header field. */
    AdminAnswer with(String name, String value);

    /** An answer of one JSON value. */
    static AdminAnswer json(int status, JsonNode value) {
        return bytes(status, "application/json", value.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** An answer of plain text. */
    static AdminAnswer text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer of any type. The array is not copied: don't change it. */
    static AdminAnswer bytes(int status, String contentType, byte[] body) {
        return new Whole(status, Map.of("content-type", contentType), body);
    }

    /** An answer without a body that sends the client to {@code location}. */
    static AdminAnswer redirect(String location) {
        return new Whole(303, Map.of("location", location), new byte[0]);
    }

    /** Server-sent events; {@code opened} gets the stream when the head is sent. */
    static AdminAnswer events(Consumer<AnswerStream> opened) {
        return new Streamed(200, Map.of("content-type", "text/event-stream; charset=utf-8"), opened);
    }

    private static Map<String, String> more(Map<String, String> headers, String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return all;
    }

    /** An answer whose body is at hand. */
    final class Whole implements AdminAnswer {
        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        private Whole(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public Map<String, String> headers() {
            return headers;
        }

        @Override
        public AdminAnswer with(String name, String value) {
            return new Whole(status, more(headers, name, value), body);
        }

        byte[] body() {
            return body;
        }
    }

    /**
     * An answer that is written bit by bit.
     *
     * @param status HTTP status
     * @param headers header fields
     * @param opened gets the stream
     */
    record Streamed(int status, Map<String, String> headers, Consumer<AnswerStream> opened) implements AdminAnswer {
        @Override
        public AdminAnswer with(String name, String value) {
            return new Streamed(status, more(headers, name, value), opened);
        }
    }
}
