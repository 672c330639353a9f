package dev.adit.edgesim.admin;

import java.time.Duration;

/**
 * What clients may cost.
 *
 * @param patience for a request head, for a body and for reading an answer, each
 * @param connections most connections at once; beyond, the eldest is closed
 * @param streams most endless answers at once
 * @param backlogBytes how far the reader of an endless answer may lag behind
 */
public record AdminLimits(Duration patience, int connections, int streams, int backlogBytes) {
    /** Far more than a laboratory needs. */
    public static AdminLimits defaults() {
        return new AdminLimits(Duration.ofSeconds(30), 128, 32, 256 * 1024);
    }
}
