package dev.adit.edgesim.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A connector that runs as a child process. */
public final class ConnectorProcess implements AutoCloseable {
    // A connector without requests in flight is gone in a fraction of a second.
    private static final long STOP_LIMIT_SECONDS = 5;
    private static final int LAST_LINES = 15;

    private final String tunnel;
    private final Process process;
    private final Path logFile;

    private ConnectorProcess(String tunnel, Process process, Path logFile) {
        this.tunnel = tunnel;
        this.process = process;
        this.logFile = logFile;
    }

    /** Starts {@code line}; what it prints goes to {@code logFile}. */
    static ConnectorProcess start(String tunnel, List<String> line, Path logFile) throws IOException {
        return start(tunnel, line, Map.of(), logFile);
    }

    /** The same with {@code variables} in its environment, in place of all connectors' settings that are there. */
    public static ConnectorProcess start(String tunnel, List<String> line, Map<String, String> variables, Path logFile)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(logFile.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TUNNEL_"));
        builder.environment().putAll(variables);
        return new ConnectorProcess(tunnel, builder.start(), logFile);
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Completes when the process has ended, with a text that says how. */
    public CompletableFuture<String> whenEnded() {
        return process.onExit()
                .thenApply(ended -> "the connector of tunnel " + tunnel + " ended with exit code " + ended.exitValue()
                        + "\n" + lastLines());
    }

    /** Completes when the process has ended, with its exit code. */
    public CompletableFuture<Integer> exitCode() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** What the process printed last. */
    public String lastLines() {
        try {
            List<String> lines = new String(Files.readAllBytes(logFile), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(its output can't be read: " + e.getMessage() + ")";
        }
    }

    /** Asks the process to end, makes it end if it does not, and returns when it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
