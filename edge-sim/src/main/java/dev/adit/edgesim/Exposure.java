package dev.adit.edgesim;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A listener, and what it lacks to be one that strangers can reach.
 *
 * @param listener what it is, in a few words
 * @param address where it listens
 * @param missing the flags that would make it fit for a public address; null if it is
 */
record Exposure(
        String listener, InetAddress address, @Nullable String missing) {

    /** Throws IllegalArgumentException if one of {@code all} is public and not fit for that. */
    static void check(List<Exposure> all) {
        all.stream().map(Exposure::refusal).filter(Objects::nonNull).findFirst().ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal);
        });
    }

    private @Nullable String refusal() {
        String lacks = missing;
        // All but loopback: a private network has strangers as well.
        if (lacks == null || address.isLoopbackAddress()) {
            return null;
        }
        return "refusing to listen on " + address.getHostAddress() + " (" + listener
                + "), where others can reach it, without " + lacks;
    }
}
