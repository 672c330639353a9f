package dev.adit.edgesim.fault;

import java.time.Duration;

/**
 * A fault began or ended.
 *
 * @param sequence the number of the fault, from 1; the same when it ends
 * @param atSinceStart when, since the start of the simulator
 * @param fault the name of its kind
 * @param scope for whom, as in {@link Scope#text()}
 * @param phase whether it began or ended
 */
public record FaultEvent(long sequence, Duration atSinceStart, String fault, String scope, Phase phase) {
    /** Which end of a fault it is. */
    public enum Phase {
        /** It took effect. */
        STARTED,
        /** It is over: its time is up, it happened, or it was healed. */
        ENDED
    }
}
