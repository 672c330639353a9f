package dev.adit.connector.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileTest {
    private final Path directory;
    private final Path file;

    PidFileTest(@TempDir Path directory) {
        this.directory = directory;
        file = directory.resolve("adit.pid");
    }

    @Test
    void holdsDigitsAndNothingElseUntilItIsRemoved() throws IOException {
        PidFile pid = new PidFile(file, 4711);

        pid.write();

        assertThat(Files.readString(file)).isEqualTo("4711");
        pid.remove();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void replacesWhatAProcessThatDiedLeftBehind() throws IOException {
        Files.writeString(file, "12\n");

        new PidFile(file, 4711).write();

        assertThat(Files.readString(file)).isEqualTo("4711");
    }

    @Test
    void isLeftToTheProcessThatTookOver() throws IOException {
        PidFile old = new PidFile(file, 1);
        old.write();
        new PidFile(file, 2).write();

        old.remove();

        assertThat(Files.readString(file)).isEqualTo("2");
    }

    @Test
    void doesNotFailWhenItCannotBeWrittenOrIsGone() {
        PidFile pid = new PidFile(directory.resolve("no/such/adit.pid"), 4711);

        pid.write();
        pid.remove();

        assertThat(directory).isEmptyDirectory();
    }
}
