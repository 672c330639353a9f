package dev.adit.e2e.programs;

import dev.adit.connector.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The connector as users run it: a process of its own, with the options and the class path of the launcher. */
final class LaunchedConnector implements AutoCloseable {
    private static final Pattern LAUNCHER_OPTIONS = Pattern.compile("connector_options=\\(([^)]*)\\)");

    private final Program program;

    private LaunchedConnector(Program program) {
        this.program = program;
    }

    /** Starts {@code adit} with {@code arguments}. */
    static LaunchedConnector start(Path directory, List<String> arguments) throws IOException {
        Path target = checkout().resolve("connector/target");
        if (!Files.isRegularFile(target.resolve("connector.jar"))) {
            throw new AssertionError("no connector.jar in " + target + ": run mvn package first");
        }
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(launcherOptions(checkout().resolve("adit")));
        words.add("-cp");
        words.add(target.resolve("connector.jar") + ":" + target.resolve("lib") + "/*");
        words.add(Main.class.getName());
        words.addAll(arguments);
        return new LaunchedConnector(Program.start(directory, words));
    }

    /** What it logged so far. */
    String log() {
        return program.text();
    }

    /** Waits for something in its log. */
    Matcher await(Pattern logged, Duration limit) throws InterruptedException {
        return program.await(logged, limit);
    }

    /** Makes {@link #peakBytes()} begin anew. */
    void resetPeak() throws IOException {
        Files.writeString(proc("clear_refs"), "5");
    }

    /** Its memory that is not swapped out, now. */
    long residentBytes() throws IOException {
        return status("VmRSS");
    }

    /** The most that {@link #residentBytes()} has been since the last {@link #resetPeak()}. */
    long peakBytes() throws IOException {
        return status("VmHWM");
    }

    /** Sends SIGTERM and waits for the end; the exit code. */
    int stop(Duration limit) throws InterruptedException {
        return program.stop(limit);
    }

    @Override
    public void close() {
        program.close();
    }

    private long status(String name) throws IOException {
        String text = Files.readString(proc("status"));
        Matcher field = Pattern.compile(name + ":\\s+([0-9]+) kB").matcher(text);
        if (!field.find()) {
            throw new AssertionError("no " + name + " in " + text);
        }
        return Long.parseLong(field.group(1)) * 1024;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(program.handle().pid()), file);
    }

    /** The root of the checkout: where the launcher is, above the working directory of the test. */
    static Path checkout() {
        Path start = Path.of("").toAbsolutePath();
        for (Path path = start; path != null; path = path.getParent()) {
            if (Files.isRegularFile(path.resolve("adit"))) {
                return path;
            }
        }
        throw new AssertionError("no launcher above " + start);
    }

    private static List<String> launcherOptions(Path launcher) throws IOException {
        Matcher options = LAUNCHER_OPTIONS.matcher(Files.readString(launcher));
        if (!options.find()) {
            throw new AssertionError("no connector_options in " + launcher);
        }
        return List.of(options.group(1).trim().split("\\s+"));
    }
}
