package dev.adit.connector.control;

import dev.adit.proxy.http.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of the exchanges for the rules of one host. Immutable.
 *
 * @param running under way
 * @param ended over, those that failed among them
 * @param failed not served to their end, but for those whose eyeballs went away
 * @param last the failure that came last; null if there was none
 */
public record HostState(
        long running, long ended, long failed, @Nullable LastFailure last) {
    static final HostState NONE = new HostState(0, 0, 0, null);

    /** A reason and when it was one. */
    record LastFailure(Failure.Kind reason, Instant at) {}

    /** Both together. */
    HostState and(HostState other) {
        LastFailure mine = last;
        LastFailure theirs = other.last;
        boolean older = mine == null || (theirs != null && theirs.at().isAfter(mine.at()));
        return new HostState(
                running + other.running, ended + other.ended, failed + other.failed, older ? theirs : mine);
    }

    HostState begun() {
        return new HostState(running + 1, ended, failed, last);
    }

    HostState ended(@Nullable LastFailure failure) {
        return new HostState(
                running - 1, ended + 1, failure == null ? failed : failed + 1, failure == null ? last : failure);
    }
}
