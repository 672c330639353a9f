package dev.adit.connector.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metric families of one scrape, in the library's words. Used by one thread. */
final class Families {
    private final List<MetricSnapshot> families = new ArrayList<>();

    /** The values of one family by their labels: name, value, name, value and so on. */
    static final class Values {
        private final Map<Labels, Double> points = new LinkedHashMap<>();

        Values with(double value, String... labels) {
            points.put(Labels.of(labels), value);
            return this;
        }

        Values with(long value, String... labels) {
            return with((double) value, labels);
        }
    }

    static Values value(double value, String... labels) {
        return new Values().with(value, labels);
    }

    static Values value(long value, String... labels) {
        return new Values().with((double) value, labels);
    }

    /** A counter of ours; its series end in {@code _total}. */
    Families counter(String name, String help, Values values) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        values.points.forEach((labels, value) -> family.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
        return add(family.build());
    }

    /**
     * A counter of cloudflared's, whose name has no {@code _total}: a counter in the library would get it, so this is one of
     * unknown type there, and {@link Exposition} says what it is.
     */
    Families exactCounter(String name, String help, Values values) {
        UnknownSnapshot.Builder family = UnknownSnapshot.builder().name(name).help(help);
        values.points.forEach((labels, value) -> family.dataPoint(
                UnknownDataPointSnapshot.builder().labels(labels).value(value).build()));
        return add(family.build());
    }

    Families gauge(String name, String help, Values values) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        values.points.forEach((labels, value) -> family.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return add(family.build());
    }

    Families histogram(String name, String help, Map<Labels, Distribution.Total> totals) {
        HistogramSnapshot.Builder family =
                HistogramSnapshot.builder().name(name).help(help);
        totals.forEach((labels, total) -> family.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(total.bounds().upper(), total.counts()))
                .sum(total.sum())
                .build()));
        return add(family.build());
    }

    /** A family whose one series is always 1; its name ends in {@code _info}. */
    Families info(String name, String help, Labels labels) {
        return add(InfoSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
                .build());
    }

    MetricSnapshots all() {
        return new MetricSnapshots(families);
    }

    private Families add(MetricSnapshot family) {
        families.add(family);
        return this;
    }
}
