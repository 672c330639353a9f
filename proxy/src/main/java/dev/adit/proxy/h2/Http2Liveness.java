package dev.adit.proxy.h2;

/**
 * Decides whether the peer of a connection is still there, from what was seen and what time it is. Knows no sockets.
 *
 * <p>Only what the peer can't have sent without hearing us is a proof: the answer to a PING, and credit for bytes that it
 * read. Other bytes from the peer are none, since the way to it may be dead while the way back works. After a time without
 * a proof a PING is due, and sooner where there was traffic a while ago: of a path that has just died no traffic is seen. If
 * there is still no proof after another time, the peer is dead. That clock stands still while bytes leave a socket that was
 * full, because then the PING waits behind them. It starts later when bodies arrive, because then the answer may wait
 * behind them: by as long as the last answer took, and as long as the bodies take that were begun since.
 */
final class Http2Liveness {
    /** What is to be done. */
    enum Verdict {
        ALIVE,
        /** Send a PING with {@link #pingId()}. */
        PING,
        DEAD
    }

    /** Body bytes between two checks that make the way back look busy: 32 KB/s at two checks a second. */
    private static final long SLOW_BYTES = 16 << 10;

    /** A body that shows its size so soon after a question may have been on its way before. */
    private static final long JUST_ASKED = 1_000_000_000L;

    private final long idle;
    private final long busy;
    private final long answer;
    private final long slow;
    private final long check;
    private long lastProof;
    private long lastCheck;
    private long pingSent;
    private long waited;
    private long pingId;
    private boolean waiting;
    private long dataBytes;
    private long lastTraffic;
    private boolean opened;
    /** Bytes that may be on their way for large bodies which began since the last question. */
    private long freshBytes;

    /** The same at the time of the last question: they may be ahead of its answer. */
    private long bytesAhead;

    private long bytesSincePing;
    private long rttNanos = -1;

    Http2Liveness(Http2PingTimes times, long now) {
        idle = times.idle().toNanos();
        busy = times.busy().toNanos();
        answer = times.answer().toNanos();
        slow = times.slow().toNanos();
        check = times.check().toNanos();
        lastProof = now;
        lastCheck = now;
        lastTraffic = now - idle;
    }

    /** The payload of the PING that was asked for last. */
    long pingId() {
        return pingId;
    }

    /** The last PING's way to the peer and back, or -1 before the first. */
    long rttNanos() {
        return rttNanos;
    }

    /** How long the peer has given no proof. */
    long silenceNanos(long now) {
        return now - lastProof;
    }

    /** The peer gave credit for bytes that it read. */
    void credited(long now) {
        lastProof = now;
        waited = 0;
    }

    /** The peer opened a stream. */
    void opened() {
        opened = true;
    }

    /** The body of a stream turns out to be a large one, of which up to {@code more} bytes may be on their way. */
    void grows(long more, long now) {
        if (waiting && now - pingSent < JUST_ASKED) {
            bytesAhead += more;
        } else {
            freshBytes += more;
        }
    }

    /** Body bytes arrived. */
    void received(int bytes) {
        dataBytes += bytes;
        freshBytes = Math.max(0, freshBytes - bytes);
        if (waiting) {
            bytesSincePing += bytes;
        }
    }

    /** The peer answered the PING {@code id}; returns whether that is the one we wait for. */
    boolean answered(long id, long now) {
        if (!waiting || id != pingId) {
            return false;
        }
        waiting = false;
        lastProof = now;
        rttNanos = now - pingSent;
        return true;
    }

    /**
     * To be called after every {@code check}.
     *
     * @param traffic whether streams are open or bytes wait in the socket
     * @param moved whether bytes left the socket since the last check although it was full then
     */
    Verdict check(long now, boolean traffic, boolean moved) {
        // Time in which this loop did not run is not the peer's fault: its answer may be unread in the socket.
        long passed = Math.min(now - lastCheck, 2 * check);
        lastCheck = now;
        boolean bodies = dataBytes >= SLOW_BYTES;
        dataBytes = 0;
        if (traffic || opened) {
            lastTraffic = now;
            opened = false;
        }
        if (!waiting) {
            long due = now - lastTraffic < idle ? busy : idle;
            // At the last look before the time is over, not at the first one after it.
            return now - lastProof > due - check ? ask(now) : Verdict.ALIVE;
        }
        if (moved) {
            waited = 0;
        } else if (!bodies || now - pingSent >= behindBodies(now)) {
            waited += passed;
        }
        return waited >= answer ? Verdict.DEAD : Verdict.ALIVE;
    }

    /** How long the answer may be held up by the bodies that arrive. */
    private long behindBodies(long now) {
        double rate = (double) bytesSincePing / Math.max(1, now - pingSent);
        return Math.min(slow, Math.max(0, rttNanos) + (long) (bytesAhead / rate));
    }

    private Verdict ask(long now) {
        waiting = true;
        waited = 0;
        pingSent = now;
        bytesAhead = freshBytes;
        freshBytes = 0;
        bytesSincePing = 0;
        pingId++;
        return Verdict.PING;
    }
}
