package dev.adit.connector.metrics;

import dev.adit.connector.admin.AdminAnswer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** All series as text: those of this program, of the JVM and of the process. For any thread that may block. */
final class Exposition implements AutoCloseable {
    private static final Pattern UNTYPED = Pattern.compile("(?m)^(# TYPE \\S+) untyped$");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .build();
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();

    /** With what {@code collectors} tell at each scrape. */
    Exposition(List<MultiCollector> collectors) {
        collectors.forEach(registry.getPrometheusRegistry()::register);
        for (MeterBinder binder :
                List.of(new JvmMemoryMetrics(), collections, new JvmThreadMetrics(), new ClassLoaderMetrics())) {
            binder.bindTo(registry);
        }
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            new NettyAllocatorMetrics(buffers).bindTo(registry);
        }
        // The names that Go's collector has, too.
        ProcessMetrics.builder().register(registry.getPrometheusRegistry());
    }

    /** In the format that {@code accept}, a request's field, asks for: text 0.0.4 or OpenMetrics. */
    AdminAnswer scrape(String accept) {
        ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(bytes, registry.getPrometheusRegistry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory does not fail", e);
        }
        String all = bytes.toString(StandardCharsets.UTF_8);
        return new AdminAnswer(
                200,
                writer.getContentType(),
                // Nothing here is of unknown type but the counters whose names the library would change.
                writer == text ? UNTYPED.matcher(all).replaceAll("$1 counter") : all);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
