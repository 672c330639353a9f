package dev.adit.proxy.h2;

/**
 * How many request body bytes the peer may send ahead on one stream. Doubled as long as a whole window is passed on within two
 * round trips: then it is the window that holds the peer up, not the line and not the origin. So it ends at no more than four
 * times what the line holds (RFC 9113 §5.2.1, bandwidth-delay product), and stays as it was where the way is short.
 */
final class StreamWindow {
    private final int mostBytes;
    private int bytes;
    private long passedOn;
    private long since;

    /** Begins at {@code now} with {@code bytes}, never to exceed {@code mostBytes}. */
    StreamWindow(int bytes, int mostBytes, long now) {
        this.bytes = bytes;
        this.mostBytes = mostBytes;
        since = now;
    }

    /**
     * {@code more} bytes were passed on; returns by how many bytes the window is to grow.
     *
     * @param rttNanos the shortest way to the peer and back, so that what queues up on it does not count; not above 0 if unknown
     */
    int passedOn(int more, long now, long rttNanos) {
        passedOn += more;
        if (passedOn < bytes) {
            return 0;
        }
        long took = now - since;
        passedOn = 0;
        since = now;
        int growth = rttNanos > 0 && took <= 2 * rttNanos ? Math.min(bytes, mostBytes - bytes) : 0;
        bytes += growth;
        return growth;
    }
}
