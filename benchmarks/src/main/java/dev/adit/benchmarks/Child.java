package dev.adit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that we started, with its output in a file; it ends with this one. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 5;

    private final String name;
    private final Path output;
    private final Process process;
    private final Thread hook;

    private Child(String name, Path output, Process process) {
        this.name = name;
        this.output = output;
        this.process = process;
        // For an interrupt from the keyboard; close() is the usual way.
        hook = new Thread(process::destroyForcibly, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts {@code command} on CPU {@code core}, or on any if that is negative. */
    static Child start(String name, int core, List<String> command, Map<String, String> environment, Path directory)
            throws IOException {
        List<String> whole = new ArrayList<>();
        if (core >= 0) {
            // taskset replaces itself by the program, so the pid stays that of the process handle.
            whole.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        whole.addAll(command);
        Path output = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Child(name, output, builder.start());
    }

    String name() {
        return name;
    }

    /** What it has used up to now. */
    Usage usage() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + " ended early:\n" + Files.readString(output));
        }
        return Usage.of(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down, so the hook has run.
            process.destroyForcibly();
        }
    }
}
