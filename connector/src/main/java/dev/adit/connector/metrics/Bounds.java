package dev.adit.connector.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Upper bounds of a histogram's buckets, in one unit of time. Immutable. */
final class Bounds {
    private final TimeUnit unit;
    private final double[] upper;
    private final long[] upperNanos;

    /** In {@code unit}, ascending; one bucket more takes what is above them all. */
    Bounds(TimeUnit unit, double... upper) {
        this.unit = unit;
        this.upper = Arrays.copyOf(upper, upper.length + 1);
        this.upper[upper.length] = Double.POSITIVE_INFINITY;
        upperNanos = Arrays.stream(upper)
                .mapToLong(each -> (long) (each * unit.toNanos(1)))
                .toArray();
    }

    /** The bucket of a time. */
    int bucket(long nanos) {
        int bucket = 0;
        while (bucket < upperNanos.length && nanos > upperNanos[bucket]) {
            bucket++;
        }
        return bucket;
    }

    int buckets() {
        return upper.length;
    }

    /** As Prometheus takes them, the last one infinite. */
    List<Double> upper() {
        return Arrays.stream(upper).boxed().toList();
    }

    /** A time in the unit of the bounds. */
    double inUnit(long nanos) {
        return (double) nanos / unit.toNanos(1);
    }
}
