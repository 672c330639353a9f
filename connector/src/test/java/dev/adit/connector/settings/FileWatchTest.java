package dev.adit.connector.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileWatchTest {
    private final Path directory;
    private final Path file;

    FileWatchTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        file = Files.writeString(directory.resolve("config.yml"), "one");
    }

    @Test
    void saysNothingWhileNothingHappens() {
        FileWatch watch = new FileWatch(file);

        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isFalse();
    }

    @Test
    void tellsAChangeOnceWhenTheFileIsLeftAlone() throws IOException {
        FileWatch watch = new FileWatch(file);

        Files.writeString(file, "half of it");
        assertThat(watch.hasChanged()).isFalse();
        Files.writeString(file, "half of it, and the rest");
        assertThat(watch.hasChanged()).isFalse();

        assertThat(watch.hasChanged()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
    }

    @Test
    void seesAFileThatIsRenamedIntoPlace() throws IOException {
        FileWatch watch = new FileWatch(file);
        Path other = Files.writeString(directory.resolve("new"), "two");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));

        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        watch.hasChanged();

        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void seesALinkThatLeadsElsewhere() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        FileWatch watch = new FileWatch(link);
        Path other = Files.writeString(directory.resolve("new"), "two");

        Files.delete(link);
        Files.createSymbolicLink(link, other);
        watch.hasChanged();

        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void seesThatTheFileGoesAndComes() throws IOException {
        FileWatch watch = new FileWatch(file);

        Files.delete(file);
        watch.hasChanged();
        assertThat(watch.hasChanged()).isTrue();
        Files.writeString(file, "back");
        watch.hasChanged();
        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void doesNotMindAFileThatIsGoneForAMoment() throws IOException {
        FileWatch watch = new FileWatch(file);
        Path aside = directory.resolve("aside");

        Files.move(file, aside);
        assertThat(watch.hasChanged()).isFalse();
        Files.move(aside, file);

        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isFalse();
    }
}
