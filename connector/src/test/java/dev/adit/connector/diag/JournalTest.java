package dev.adit.connector.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service wrote, by a program that stands in for systemd's. */
final class JournalTest {
    private final Path directory;

    JournalTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void asksForTheLinesOfTwoWeeks() throws IOException {
        Journal journal = journal("echo \"$@\"; echo a line");

        assertThat(journal.of("adit"))
                .contains("--unit=adit", "--since=2 weeks ago", "--lines=10000", "--no-pager")
                .endsWith("a line\n");
    }

    @Test
    void knowsWhetherThereIsAUnit() throws IOException {
        Journal journal = journal("true");

        assertThat(journal.services("adit")).isEmpty();
        Files.writeString(directory.resolve("adit.service"), "");
        assertThat(journal.services("adit")).containsExactly("adit");
    }

    @Test
    void knowsAllUnitsOfTheProgramAndNoOthers() throws IOException {
        for (String unit : List.of("adit-shop", "adit", "adit@", "adit@one", "aditya", "other")) {
            Files.writeString(directory.resolve(unit + ".service"), "");
        }
        Files.writeString(directory.resolve("adit-shop.timer"), "");

        assertThat(journal("true").services("adit")).containsExactly("adit", "adit-shop", "adit@*", "adit@one");
    }

    @Test
    void tellsWhyThereAreNoLines() throws IOException {
        Journal journal = journal("echo no permission >&2; exit 1");

        assertThatThrownBy(() -> journal.of("adit"))
                .isInstanceOf(IOException.class)
                .hasMessage("journalctl: no permission");
    }

    private Journal journal(String script) throws IOException {
        Path program = Files.writeString(directory.resolve("journalctl"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Journal(List.of(directory.resolve("none"), directory), program.toString());
    }
}
