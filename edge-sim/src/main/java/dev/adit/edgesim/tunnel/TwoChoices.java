package dev.adit.edgesim.tunnel;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Spreads load: of two candidates drawn at random it takes the one that has less to do. Confined to one thread. */
final class TwoChoices<T> {
    private final RandomGenerator random;
    private final ToIntFunction<T> load;

    TwoChoices(RandomGenerator random, ToIntFunction<T> load) {
        this.random = random;
        this.load = load;
    }

    /** One of {@code candidates}, the first drawn if both have as much to do; null if there is none. */
    @Nullable
    T pick(List<T> candidates) {
        int size = candidates.size();
        if (size == 0) {
            return null;
        }
        int first = random.nextInt(size);
        T one = candidates.get(first);
        if (size == 1) {
            return one;
        }
        // Any but the first: skips over it.
        int second = random.nextInt(size - 1);
        T other = candidates.get(second < first ? second : second + 1);
        return load.applyAsInt(other) < load.applyAsInt(one) ? other : one;
    }
}
