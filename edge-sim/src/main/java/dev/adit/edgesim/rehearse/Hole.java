package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * One silent black hole that all connections fall into.
 *
 * @param shape what it swallows
 * @param flow which way
 * @param quiet whether the connections are idle when it opens, and for how long before
 * @param lead time from the beginning of the load, or from its end if it is to be quiet, until the hole opens
 * @param hold time from the detection until it heals
 */
record Hole(Shape shape, Flow flow, Quiet quiet, Duration lead, Duration hold) {
    // The largest write or read that gets through a path that takes small packets only.
    private static final int SMALL_BYTES = 1_200;

    /** What is swallowed. */
    enum Shape {
        /** Everything. */
        BOTH_WAYS,
        /** Everything in one direction. */
        ONE_WAY,
        /** Large packets, and what comes after them. */
        LARGE_PACKETS;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether there are requests. */
    enum Quiet {
        /** Steady requests; the promise is to find the hole within 10 s. */
        TRAFFIC(Duration.ofSeconds(10)),
        /** No request for a while; the promise is to find the hole within 20 s. */
        IDLE(Duration.ofSeconds(20));

        private final Duration promise;

        Quiet(Duration promise) {
            this.promise = promise;
        }

        /** The longest time until the hole is found. */
        Duration promise() {
            return promise;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code count} of each shape, every other one without traffic; the same for the same seed. */
    static List<Hole> all(int count, long seed) {
        Random random = new Random(seed);
        List<Hole> holes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (Shape shape : Shape.values()) {
                Quiet quiet = i % 2 == 0 ? Quiet.TRAFFIC : Quiet.IDLE;
                Flow way = i / 2 % 2 == 0 ? Flow.IN : Flow.OUT;
                holes.add(new Hole(
                        shape,
                        shape == Shape.BOTH_WAYS ? Flow.BOTH : way,
                        quiet,
                        lead(quiet, random),
                        hold(i, random)));
            }
        }
        return holes;
    }

    // After 15 s without a request a connection counts as idle; then any moment between two PINGs.
    private static Duration lead(Quiet quiet, Random random) {
        return Duration.ofMillis(quiet == Quiet.IDLE ? 16_000 + random.nextInt(15_000) : 1_000 + random.nextInt(3_000));
    }

    // Mostly a little longer than it takes to find it; some outlast a dial, which takes 15 s at most.
    private static Duration hold(int number, Random random) {
        return Duration.ofMillis(random.nextInt(number % 10 < 8 ? 4_000 : 20_000));
    }

    /** What to order. */
    Fault fault() {
        return shape == Shape.LARGE_PACKETS ? new Fault.LargePackets(flow, SMALL_BYTES) : new Fault.BlackHole(flow);
    }
}
