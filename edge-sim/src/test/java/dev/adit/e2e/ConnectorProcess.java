package dev.adit.e2e;

import dev.adit.connector.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code adit} in a process of its own, which can be sent signals. */
final class ConnectorProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final Process process;
    private final Path log;

    private ConnectorProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code tunnel run} with {@code args} and, in its environment, {@code variables}; its output goes to a file in {@code directory}. */
    static ConnectorProcess start(Path directory, Map<String, String> variables, String... args) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "tunnel",
                "run",
                // What is not on this machine is none of a test's business.
                "--no-prechecks"));
        words.addAll(List.of(args));
        return startAdit(directory, variables, words);
    }

    /** Starts any command. */
    static ConnectorProcess startAdit(Path directory, Map<String, String> variables, List<String> args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                // Without it a newer JDK writes a warning among the lines of the log.
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(args);
        Path log = Files.createTempFile(directory, "connector", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TUNNEL_"));
        // What is not on this machine is none of a test's business.
        builder.environment().put("TUNNEL_NO_PRECHECKS", "true");
        builder.environment().putAll(variables);
        return new ConnectorProcess(builder.start(), log);
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Sends the signal called {@code name}, such as HUP. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (!kill.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has printed {@code text}. */
    void await(String text) throws IOException {
        await(Pattern.compile(Pattern.quote(text)));
    }

    /** Waits until it has printed {@code pattern}; what was found. */
    Matcher await(Pattern pattern) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            boolean over = !process.isAlive();
            Matcher found = pattern.matcher(output());
            if (found.find()) {
                return found;
            }
            if (over || System.nanoTime() - deadlineNanos >= 0) {
                throw new AssertionError("\"" + pattern + "\" was not printed, but:\n" + output());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** The exit code, once it has ended. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the connector does not end");
        }
        return process.exitValue();
    }

    /** All that it printed so far. */
    String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
