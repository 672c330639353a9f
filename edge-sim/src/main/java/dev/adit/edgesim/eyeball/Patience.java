package dev.adit.edgesim.eyeball;

import java.time.Duration;

/**
 * How long the edge waits for an eyeball.
 *
 * @param head from the start of a connection or the end of one HTTP/1.1 request to the complete head of the next; also for
 *     an HTTP/2 preface and each field section
 * @param idle how long an HTTP/2 connection without streams stays open
 * @param silence between two parts of a request body, until the answer begins: a stream of events may take its time
 */
public record Patience(Duration head, Duration idle, Duration silence) {
    public Patience {
        if (head.isNegative() || head.isZero() || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("head and idle limits must be positive");
        }
        if (silence.isNegative() || silence.isZero()) {
            throw new IllegalArgumentException("the limit of silence must be positive, was " + silence);
        }
    }

    /** 30 s for a head; 75 s idle and 60 s of silence, nginx's keepalive_timeout and client_body_timeout. */
    public static Patience defaults() {
        return new Patience(Duration.ofSeconds(30), Duration.ofSeconds(75), Duration.ofSeconds(60));
    }
}
