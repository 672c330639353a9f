package dev.adit.edgesim.fault;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault, for whom and for how long.
 *
 * @param fault what
 * @param scope for whom
 * @param duration how long; null for a fault that happens once, and for one that lasts until it is healed
 */
public record FaultOrder(Fault fault, Scope scope, @Nullable Duration duration) {
    public FaultOrder {
        if (duration != null && (duration.isNegative() || duration.isZero())) {
            throw new IllegalArgumentException("duration must be positive, was " + duration);
        }
        if (duration != null && fault instanceof Fault.Instant) {
            throw new IllegalArgumentException(fault.name() + " happens at once, it takes no duration");
        }
        boolean everyone = scope instanceof Scope.All;
        if (!everyone && (fault instanceof Fault.SkewedCertificate || fault instanceof Fault.ExpiredCertificate)) {
            throw new IllegalArgumentException(fault.name() + " is for all connections, not for " + scope.text());
        }
        if (!everyone && !(scope instanceof Scope.OfRegion) && fault instanceof Fault.RegionLoss) {
            throw new IllegalArgumentException(fault.name() + " is for a region, not for " + scope.text());
        }
        if (scope instanceof Scope.OfConnection && fault instanceof Fault.ConfigStorm) {
            throw new IllegalArgumentException(fault.name() + " is for a whole tunnel, not for " + scope.text());
        }
    }

    /** {@code fault} for every connection: once, or until it is healed. */
    public static FaultOrder of(Fault fault) {
        return new FaultOrder(fault, Scope.all(), null);
    }

    /** The same for {@code other}. */
    public FaultOrder in(Scope other) {
        return new FaultOrder(fault, other, duration);
    }

    /** The same for so long. */
    public FaultOrder lasting(Duration other) {
        return new FaultOrder(fault, scope, other);
    }
}
