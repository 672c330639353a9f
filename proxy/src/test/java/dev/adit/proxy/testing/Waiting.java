package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Limits on how long a test waits. */
public final class Waiting {
    /** How long a test waits for what should happen at once. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private Waiting() {}

    /** Looks until {@code condition} holds, and fails with {@code what} if it does not within {@link #LIMIT}. */
    public static void until(String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("%s within %s", what, LIMIT)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
