package dev.adit.connector.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording of this very machine. */
@Timeout(60)
final class RecordingEndpointTest {
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final RecordingEndpoint endpoint = new RecordingEndpoint(Duration.ofMillis(500), blocking);
    private final Path directory;

    RecordingEndpointTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void stop() {
        blocking.shutdownNow();
    }

    /** One that is on unless it is switched off. */
    private static final class Other extends Event {}

    @Test
    void tellsWhatTheVirtualMachineDoesAndNothingElse() throws IOException {
        FlightRecorder.register(Other.class);
        CompletableFuture<AdminAnswer> asked = ask();
        while (!asked.isDone()) {
            System.gc();
            new Other().commit();
        }

        AdminAnswer answer = asked.join();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(eventsOf(answer))
                .contains("jdk.GarbageCollection", "jdk.GCHeapSummary")
                .isSubsetOf(RecordingEndpoint.EVENTS.keySet());
    }

    @Test
    void isMadeOnceAtATime() throws IOException {
        CompletableFuture<AdminAnswer> first = ask();
        AdminAnswer second = ask().join();
        AdminAnswer answer = first.join();
        AdminAnswer third = ask().join();

        assertThat(second).isEqualTo(AdminAnswer.text(503, "a recording is being made already\n"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(third.status()).isEqualTo(200);
    }

    @Test
    void isKeptBackIfItHasTheEventsOfAnother() {
        AdminAnswer mixed;
        try (Recording other = new Recording()) {
            other.enable("jdk.InitialEnvironmentVariable");
            other.start();
            mixed = ask().join();
        }

        assertThat(mixed.status()).isEqualTo(503);
        assertThat(mixed.body()).isEqualTo("another recording is running, and its events may tell secrets\n");
        assertThat(ask().join().status()).isEqualTo(200);
    }

    private CompletableFuture<AdminAnswer> ask() {
        return endpoint.answer(
                        new AdminRequest("GET", "/diag/recording", Map.of(), EmptyHttpHeaders.INSTANCE, "", true))
                .toCompletableFuture();
    }

    private Set<String> eventsOf(AdminAnswer answer) throws IOException {
        Path file = Files.write(directory.resolve("recording.jfr"), answer.bytes());
        return RecordingFile.readAllEvents(file).stream()
                .map(event -> event.getEventType().getName())
                .collect(Collectors.toSet());
    }
}
