package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import jdk.jfr.consumer.RecordingFile;

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
        try {
            // Events that are written in Java are on unless they are switched off.
            FlightRecorder.getFlightRecorder().getEventTypes().stream()
                    .map(EventType::getName)
                    .forEach(recording::disable);
            EVENTS.forEach((event, time) ->
                    recording.enable(event).withStackTrace().withThreshold(time).withPeriod(time));
            recording.start();
            return recording;
        } catch (RuntimeException e) {
            recording.close();
            throw e;
        }
    }

    private static AdminAnswer stop(Recording recording) {
        try (recording) {
            recording.stop();
            Path file = Files.createTempFile("adit", ".jfr");
            try {
                recording.dump(file);
                return isOurs(file)
                        ? AdminAnswer.bytes(200, Files.readAllBytes(file))
                        : AdminAnswer.text(503, "another recording is running, and its events may tell secrets\n");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether no other events are in {@code file}: a recording has those of all that run at its time. */
    private static boolean isOurs(Path file) throws IOException {
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                if (!EVENTS.containsKey(events.readEvent().getEventType().getName())) {
                    return false;
                }
            }
            return true;
        }
    }
}
