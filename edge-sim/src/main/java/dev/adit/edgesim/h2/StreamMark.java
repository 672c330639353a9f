package dev.adit.edgesim.h2;

/** A point in the body of a stream at which something happens. Confined to the event loop of its connection. */
public final class StreamMark {
    private final boolean last;
    private final Runnable action;
    private long left;

    private StreamMark(long bytes, boolean last, Runnable action) {
        left = bytes;
        this.last = last;
        this.action = action;
    }

    /** Runs {@code action} when {@code bytes} went by, or with the first byte if that is 0; the body goes on. */
    public static StreamMark at(long bytes, Runnable action) {
        return new StreamMark(bytes, false, action);
    }

    /** As {@link #at}, and no byte goes by after that. */
    public static StreamMark lastAt(long bytes, Runnable action) {
        return new StreamMark(bytes, true, action);
    }

    boolean last() {
        return last;
    }

    Runnable action() {
        return action;
    }

    /** How many bytes may still go by. */
    long left() {
        return left;
    }

    /** Whether the point lies within the next {@code bytes}; if not they are counted. */
    boolean reachedBy(int bytes) {
        if (bytes > 0 && bytes >= left) {
            return true;
        }
        left -= bytes;
        return false;
    }
}
