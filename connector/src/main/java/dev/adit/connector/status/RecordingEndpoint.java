package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * {@code /diag/recording}: what the virtual machine does for some seconds, as a file for JDK Mission Control or the
 * {@code jfr} command. Only events that are named here are in it: others would tell the environment and the command line,
 * and with them secrets. One recording at a time.
 */
final class RecordingEndpoint implements Endpoint {
    /** Long enough for 150 samples, and short enough that a slow machine answers within the server's limit. */
    static final Duration LENGTH = Duration.ofSeconds(3);

    /** The events, with the time between two of them, or for which one must last at least; zero for all of them. */
    static final Map<String, Duration> EVENTS = Map.ofEntries(
            Map.entry("jdk.ExecutionSample", Duration.ofMillis(20)),
            Map.entry("jdk.NativeMethodSample", Duration.ofMillis(20)),
            Map.entry("jdk.CPULoad", Duration.ofSeconds(1)),
            Map.entry("jdk.ThreadCPULoad", Duration.ofSeconds(1)),
            Map.entry("jdk.ThreadAllocationStatistics", Duration.ofSeconds(1)),
            Map.entry("jdk.JavaThreadStatistics", Duration.ofSeconds(1)),
            Map.entry("jdk.JavaMonitorEnter", Duration.ofMillis(1)),
            Map.entry("jdk.ExecuteVMOperation", Duration.ofMillis(1)),
            Map.entry("jdk.GarbageCollection", Duration.ZERO),
            Map.entry("jdk.GCHeapSummary", Duration.ZERO),
            Map.entry("jdk.Compilation", Duration.ofMillis(10)));

    private final Duration length;
    private final Executor blocking;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Records for {@code length}; files are written and read on {@code blocking}. */
    RecordingEndpoint(Duration length, Executor blocking) {
        this.length = length;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<AdminAnswer> answer(AdminRequest request) {
        if (busy.getAndSet(true)) {
            return CompletableFuture.completedFuture(AdminAnswer.text(503, "a recording is being made already\n"));
        }
        return CompletableFuture.supplyAsync(RecordingEndpoint::start, blocking)
                .thenCompose(this::finished)
                .whenComplete((answer, error) -> busy.set(false));
    }

    private CompletionStage<AdminAnswer> finished(Recording recording) {
        Executor later = CompletableFuture.delayedExecutor(length.toMillis(), TimeUnit.MILLISECONDS, blocking);
        return CompletableFuture.supplyAsync(() -> stop(recording), later);
    }

    private static Recording start() {
        Recording recording = new Recording();
        // Events that are written in Java are on unless they are switched off.
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .forEach(recording::disable);
        EVENTS.forEach((event, time) ->
                recording.enable(event).withStackTrace().withThreshold(time).withPeriod(time));
        recording.start();
        return recording;
    }

    private static AdminAnswer stop(Recording recording) {
        try (recording) {
            recording.stop();
            try (@Nullable InputStream bytes = recording.getStream(null, null)) {
                return AdminAnswer.bytes(200, bytes == null ? new byte[0] : bytes.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
