package dev.adit.edgesim.fault;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random choices that are the same for the same seed on every JDK: only {@code nextLong} is asked, for how the JDK turns
 * it into a number below a bound may differ from one release to the next.
 */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A number from {@code least} to {@code most}, both included. */
    long between(long least, long most) {
        return least + Math.floorMod(random.nextLong(), most - least + 1);
    }

    <T> T one(List<T> of) {
        return of.get((int) between(0, of.size() - 1));
    }

    /** A time from {@code least} to {@code most} milliseconds. */
    Duration millis(long least, long most) {
        return Duration.ofMillis(between(least, most));
    }
}
