package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.eyeball.PublicRequest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last public requests, numbered from 1. Confined to the event loop. */
final class RequestHistory {
    /** How many are kept. */
    static final int KEPT = 500;

    // Nobody reads more of a target in a list; it bounds what a watcher is sent.
    private static final int MAX_PATH = 300;

    private final Deque<Entry> entries = new ArrayDeque<>(KEPT);
    private long last;

    /** Keeps one that was over at {@code at}. */
    void add(PublicRequest request, Instant at) {
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(++last, at, request));
    }

    /** The number of the newest; 0 if there is none. */
    long last() {
        return last;
    }

    /** The number of the oldest that is kept. */
    long first() {
        return last - entries.size() + 1;
    }

    /** Those with a higher number than {@code sequence}, the oldest first. */
    List<Entry> after(long sequence) {
        return entries.stream().filter(entry -> entry.sequence > sequence).toList();
    }

    /** All, the oldest first. */
    ArrayNode json() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        entries.forEach(entry -> all.add(entry.json()));
        return all;
    }

    /**
     * One request.
     *
     * @param sequence its number
     * @param at when it was over
     * @param request what happened
     */
    record Entry(long sequence, Instant at, PublicRequest request) {
        ObjectNode json() {
            String way = request.way();
            int slash = way.lastIndexOf('/');
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("sequence", sequence)
                    .put("at", at.toString())
                    .put("method", request.method())
                    .put("host", request.host())
                    .put("path", shortened(request.path()))
                    .put("status", request.status())
                    .put("ms", request.took().toMillis())
                    .put("bytes", request.bytes());
            if (slash < 0) {
                return json.putNull("tunnel").putNull("connection");
            }
            return json.put("tunnel", way.substring(0, slash))
                    .put("connection", Integer.parseInt(way.substring(slash + 1)));
        }

        private static String shortened(String path) {
            return path.length() <= MAX_PATH ? path : path.substring(0, MAX_PATH) + "\u2026";
        }
    }
}
