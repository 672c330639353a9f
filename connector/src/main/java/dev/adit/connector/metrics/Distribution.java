package dev.adit.connector.metrics;

import java.util.ArrayList;
import java.util.List;

/** How long something took, as a histogram. One thread records, any thread reads. */
final class Distribution {
    private final Bounds bounds;
    /** One for each bucket, then the sum of all times. */
    private final Cells cells;

    Distribution(Bounds bounds) {
        this.bounds = bounds;
        cells = new Cells(bounds.buckets() + 1);
    }

    void record(long nanos) {
        cells.add(bounds.bucket(nanos), 1);
        cells.add(bounds.buckets(), nanos);
    }

    /**
     * What several recorded.
     *
     * @param bounds of the buckets
     * @param counts times in each bucket
     * @param sum of all times in the unit of the bounds
     */
    record Total(Bounds bounds, List<Long> counts, double sum) {
        Total {
            counts = List.copyOf(counts);
        }
    }

    /** The sum of {@code parts}, which all have {@code bounds}. */
    static Total total(Bounds bounds, List<Distribution> parts) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < bounds.buckets(); i++) {
            int bucket = i;
            counts.add(parts.stream().mapToLong(part -> part.cells.get(bucket)).sum());
        }
        long nanos = parts.stream()
                .mapToLong(part -> part.cells.get(bounds.buckets()))
                .sum();
        return new Total(bounds, counts, bounds.inUnit(nanos));
    }
}
