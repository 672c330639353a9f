package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.ContextBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileOutputTest {
    private final Path directory;
    private final List<LogLine> trouble = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private final List<FileOutput> open = new ArrayList<>();

    FileOutputTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        open.forEach(FileOutput::stop);
    }

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path file = Files.writeString(directory.resolve("a.log"), "before\n");

        output(LogFile.single(file)).doAppend(line("new"));

        assertThat(file).content().startsWith("before\n{\"level\":\"info\"").endsWith("\"message\":\"new\"}\n");
        assertThat(trouble).isEmpty();
    }

    @Test
    void makesDirectoriesAndIsNotForEverybodysEyes() throws IOException {
        Path file = directory.resolve("x/y/a.log");

        output(LogFile.single(file)).doAppend(line("new"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .endsWith("---");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .endsWith("---");
    }

    @Test
    void writesToTheNewFileOnceItWasReopened() throws IOException {
        Path file = directory.resolve("a.log");
        FileOutput output = output(LogFile.single(file));
        output.doAppend(line("one"));
        Files.move(file, directory.resolve("a.log.1"));
        output.doAppend(line("two"));

        output.reopen();
        output.doAppend(line("three"));

        assertThat(directory.resolve("a.log.1"))
                .content()
                .contains("one", "two")
                .doesNotContain("three");
        assertThat(file).content().contains("three").doesNotContain("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .endsWith("---");
    }

    @Test
    void putsAsideWhatIsFullAndKeepsOnlySoMany() throws IOException {
        FileOutput output = output(new LogFile(directory.resolve("cloudflared.log"), 500, 2));
        Files.writeString(directory.resolve("cloudflared-other.log"), "not ours");
        for (int i = 0; i < 100; i++) {
            output.doAppend(line("line " + i));
        }

        List<String> names = names();
        assertThat(names).hasSize(4).contains("cloudflared.log", "cloudflared-other.log");
        assertThat(names.stream().filter(name -> name.matches("cloudflared-[0-9TZ.-]+\\.log")))
                .hasSize(2);
        for (String name : names) {
            assertThat(Files.size(directory.resolve(name))).isBetween(1L, 500L);
        }
        List<String> kept = new ArrayList<>();
        names.stream().filter(name -> !name.contains("other")).forEach(name -> kept.addAll(lines(name)));
        assertThat(kept.get(kept.size() - 1)).contains("line 99");
        assertThat(kept).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(trouble).isEmpty();
    }

    @Test
    void startsWithTheSizeThatTheFileHas() throws IOException {
        Files.writeString(directory.resolve("cloudflared.log"), "x".repeat(600));

        output(new LogFile(directory.resolve("cloudflared.log"), 500, 5)).doAppend(line("new"));

        assertThat(names()).hasSize(2);
        assertThat(directory.resolve("cloudflared.log"))
                .content()
                .contains("new")
                .doesNotContain("xxx");
    }

    @Test
    void keepsNothingIfThatIsWanted() throws IOException {
        FileOutput output = output(new LogFile(directory.resolve("cloudflared.log"), 200, 0));
        for (int i = 0; i < 100; i++) {
            output.doAppend(line("line " + i));
        }

        assertThat(names()).containsExactly("cloudflared.log");
    }

    @Test
    void oneLineMayBeLongerThanAFile() throws IOException {
        FileOutput output = output(new LogFile(directory.resolve("cloudflared.log"), 100, 5));

        output.doAppend(line("x".repeat(1000)));
        output.doAppend(line("y"));

        assertThat(directory.resolve("cloudflared.log")).content().contains("\"y\"");
    }

    @Test
    void tellsOnceThatTheFileCannotBeOpenedAndTriesAgainLater() throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("d"), "a file");
        FileOutput output = output(LogFile.single(inTheWay.resolve("a.log")));
        output.doAppend(line("one"));
        output.doAppend(line("two"));
        assertThat(trouble).singleElement().satisfies(told -> {
            assertThat(told.level()).isEqualTo(LogLevel.ERROR);
            assertThat(told.message()).startsWith("The log file can't be written");
            assertThat(told.fields())
                    .contains(new LogField("file", inTheWay.resolve("a.log").toString()));
        });

        Files.delete(inTheWay);
        output.doAppend(line("too early"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        output.doAppend(line("three"));

        assertThat(inTheWay.resolve("a.log")).content().contains("three").doesNotContain("early");
        assertThat(trouble).hasSize(2);
        assertThat(trouble.get(1).fields()).contains(new LogField("lost", 3L));
    }

    @Test
    void tellsOnceThatNothingCanBeWritten() {
        Path full = Path.of("/dev/full");
        assertThat(full).as("a device without room").exists();
        FileOutput output = output(LogFile.single(full));

        for (int i = 0; i < 100; i++) {
            output.doAppend(line("line " + i));
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        }

        assertThat(trouble).singleElement().satisfies(told -> {
            assertThat(told.message()).startsWith("The log file can't be written");
            assertThat(told.fields()).contains(new LogField("error", "No space left on device"));
        });
    }

    @Test
    void goesOnInTheSameFileIfItCannotBePutAside() {
        // No room for the time in its name.
        Path file = directory.resolve("x".repeat(240) + ".log");
        FileOutput output = output(new LogFile(file, 500, 2));

        for (int i = 0; i < 20; i++) {
            output.doAppend(line("line " + i));
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }

        assertThat(trouble)
                .singleElement()
                .satisfies(
                        told -> assertThat(told.message()).startsWith("The log file is full and can't be put aside"));
        assertThat(lines(file.getFileName().toString())).hasSize(20);
    }

    @Test
    void makesTheDirectoryAgainThatWasTakenAway() throws IOException {
        Path logs = directory.resolve("logs");
        FileOutput output = output(new LogFile(logs.resolve("cloudflared.log"), 100, 5));
        output.doAppend(line("one"));
        Files.move(logs, directory.resolve("elsewhere"));

        output.reopen();
        output.doAppend(line("two"));

        assertThat(logs.resolve("cloudflared.log")).content().contains("two").doesNotContain("one");
        assertThat(trouble).isEmpty();
    }

    private FileOutput output(LogFile file) {
        FileOutput output = new FileOutput(new ContextBase(), file, Captured.by(trouble::add), nanos::get);
        open.add(output);
        output.start();
        return output;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(directory.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private static LogLine line(String message) {
        return new LogLine(1_786_701_600L, LogLevel.INFO, message, List.of(), null);
    }
}
