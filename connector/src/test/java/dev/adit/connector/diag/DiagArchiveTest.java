package dev.adit.connector.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file that is sent to a maintainer. */
final class DiagArchiveTest {
    private static final Instant NOW = Instant.parse("2026-08-14T10:00:00.5Z");

    private final Path directory;

    DiagArchiveTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void holdsWhatWasCollectedForItsOwnerOnly() throws IOException {
        DiagArchive.Written written =
                new DiagArchive().add("metrics.txt", () -> bytes("adit 1")).write(directory, "adit", NOW);

        assertThat(written.file()).isEqualTo(directory.resolve("adit-diag-2026-08-14T10-00-00Z.zip"));
        assertThat(written.failed()).isEmpty();
        assertThat(members(written.file())).containsEntry("metrics.txt", "adit 1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written.file())))
                .isEqualTo("rw-------");
    }

    @Test
    void tellsWhatCouldNotBeCollectedAndKeepsTheRest() throws IOException {
        DiagArchive.Written written = new DiagArchive()
                .add("tunnelstate.json", () -> {
                    throw new IOException("/diag/tunnel answered with status 503");
                })
                .add("metrics.txt", () -> bytes("adit 1"))
                .write(directory, "adit", NOW);

        assertThat(written.failed()).containsOnlyKeys("tunnelstate.json");
        assertThat(members(written.file())).containsOnlyKeys("metrics.txt", "task-result.json");
        assertThat(members(written.file()).get("task-result.json"))
                .containsSubsequence("tunnelstate.json", "failure", "status 503", "metrics.txt", "success");
    }

    @Test
    void endsThoughOneMemberNeverComes() throws IOException {
        assertThat(DiagArchive.ALL).hasSeconds(45);
        CountDownLatch never = new CountDownLatch(1);

        DiagArchive.Written written = new DiagArchive(Duration.ofMillis(50), System::nanoTime)
                .add("metrics.txt", () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return bytes("too late");
                })
                .write(directory, "adit", NOW);
        never.countDown();

        assertThat(written.failed()).containsExactly(entry("metrics.txt", "took longer than 0.05s"));
        assertThat(members(written.file())).containsOnlyKeys("task-result.json");
    }

    @Test
    @Timeout(60)
    void countsTheTimeBeforeItIsWritten() throws IOException {
        AtomicLong clock = new AtomicLong();
        CountDownLatch never = new CountDownLatch(1);
        DiagArchive archive = new DiagArchive(Duration.ofHours(1), clock::get);
        clock.set(Duration.ofHours(1).toNanos());

        DiagArchive.Written written = archive.add("metrics.txt", () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return bytes("too late");
                })
                .write(directory, "adit", NOW);
        never.countDown();

        assertThat(written.failed()).containsExactly(entry("metrics.txt", "took longer than 1h"));
    }

    @Test
    void overwritesNothing() throws IOException {
        new DiagArchive().write(directory, "adit", NOW);

        assertThatThrownBy(() -> new DiagArchive().write(directory, "adit", NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is there already");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> members(Path file) throws IOException {
        Map<String, String> members = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                members.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return members;
    }
}
