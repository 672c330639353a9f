package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments, to be run to its end.
 *
 * @param directory where it runs
 * @param words its name and arguments
 * @param environment what is added to the environment
 */
record Command(Path directory, List<String> words, Map<String, String> environment) {
    // Long enough for a GiB on a busy machine.
    private static final Duration LIMIT = Duration.ofMinutes(5);

    Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    static Command of(Path directory, String... words) {
        return new Command(directory, List.of(words), Map.of());
    }

    /** The same with more arguments at the end. */
    Command with(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return new Command(directory, all, environment);
    }

    /** The same with a variable. */
    Command variable(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Command(directory, words, more);
    }

    /** Runs it without input, and keeps its output. */
    Outcome run() {
        return run(stdin -> {});
    }

    /** Runs it and keeps its output. */
    Outcome run(Input input) {
        return run(input, new ByteArrayOutputStream());
    }

    /** Runs it; {@code output} takes its standard output, which the outcome has if that is in memory. */
    Outcome run(Input input, OutputStream output) {
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().putAll(environment);
        Process process = Program.spawn(builder);
        try {
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            CompletableFuture<Void> out =
                    inThread(() -> process.getInputStream().transferTo(output));
            CompletableFuture<Void> err =
                    inThread(() -> process.getErrorStream().transferTo(errors));
            // A program that ends before it has read everything says why by its exit code.
            CompletableFuture<Void> in = inThread(() -> feed(process, input)).exceptionally(e -> null);
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("runs longer than " + LIMIT + ": " + shown() + "\n" + errors);
            }
            CompletableFuture.allOf(out, err, in)
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            String kept =
                    output instanceof ByteArrayOutputStream memory ? memory.toString(StandardCharsets.ISO_8859_1) : "";
            return new Outcome(shown(), process.exitValue(), kept, errors.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + shown(), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private String shown() {
        return String.join(" ", words);
    }

    private static void feed(Process process, Input input) throws IOException {
        try (OutputStream stdin = process.getOutputStream()) {
            input.writeTo(stdin);
        }
    }

    private static CompletableFuture<Void> inThread(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                        done.complete(null);
                    } catch (IOException e) {
                        done.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "pipe of a program");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    /** What a program reads. */
    @FunctionalInterface
    interface Input {
        void writeTo(OutputStream stdin) throws IOException;
    }

    /** Something that reads or writes. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /**
     * How a program ended.
     *
     * @param command what was run
     * @param exit its exit code
     * @param text its standard output, one char a byte
     * @param err its standard error
     */
    record Outcome(String command, int exit, String text, String err) {
        /** Itself if the exit code is 0; else the test fails with what the program said. */
        Outcome ok() {
            String start = text.substring(0, Math.min(text.length(), 2000));
            assertThat(exit)
                    .as("exit code of %s%n--- stderr:%n%s%n--- stdout:%n%s", command, err, start)
                    .isZero();
            return this;
        }
    }
}
