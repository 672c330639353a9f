package dev.adit.edgesim.rehearse;

/** Tells whether enough requests in a row went well. Times are those of {@code System.nanoTime()}. */
final class Streak {
    private final int wanted;
    private long notBefore;
    private long firstNanos;
    private int length;

    /** {@code wanted} requests make it complete. */
    Streak(int wanted) {
        this.wanted = wanted;
    }

    /** Begins anew with the requests that are due at {@code nowNanos} or later. */
    void begin(long nowNanos) {
        notBefore = nowNanos;
        length = 0;
    }

    /** A request that was due at {@code dueNanos} went well: right and in time. */
    void good(long dueNanos) {
        if (dueNanos - notBefore < 0) {
            return;
        }
        if (length == 0) {
            firstNanos = dueNanos;
        }
        length++;
    }

    /** A request that was due at {@code dueNanos} did not go well; of old ones that was to be expected. */
    void bad(long dueNanos) {
        if (dueNanos - notBefore >= 0) {
            length = 0;
        }
    }

    boolean isComplete() {
        return length >= wanted;
    }

    /** When the first request of the row was due. */
    long sinceNanos() {
        return firstNanos;
    }
}
