package dev.adit.e2e.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that runs until it is closed; what it prints is kept. For any thread. */
final class Program implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final List<String> words;
    private final Process process;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition printed = lock.newCondition();
    private final StringBuilder text = new StringBuilder();
    private boolean over;

    private Program(List<String> words, Process process) {
        this.words = words;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + words.get(0));
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code words} in {@code directory}. */
    static Program start(Path directory, List<String> words) {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        return new Program(List.copyOf(words), spawn(builder));
    }

    /** Starts a process; a program that is missing fails the test and says so. */
    static Process spawn(ProcessBuilder builder) {
        // Nothing that is set for this machine's own connector.
        builder.environment().keySet().removeIf(name -> name.startsWith("TUNNEL_"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "these tests need " + builder.command().get(0) + "; .ci/run shows which packages to install", e);
        }
    }

    /** Waits until it has printed {@code pattern}; the result says what was found. */
    Matcher await(Pattern pattern, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                Matcher found = pattern.matcher(text.toString());
                if (found.find()) {
                    return found;
                }
                if (over || left <= 0) {
                    throw new AssertionError(
                            (over ? "ended without " : "did not within " + limit + " print ") + pattern + ": " + this);
                }
                left = printed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What it printed so far. */
    String text() {
        lock.lock();
        try {
            return text.toString();
        } finally {
            lock.unlock();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Asks it to end, and waits for that; its exit code. */
    int stop(Duration limit) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still runs " + limit + " after it was told to stop: " + this);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                append(new String(buffer, 0, n, StandardCharsets.UTF_8), false);
            }
        } catch (IOException e) {
            append(e.toString(), false);
        } finally {
            append("", true);
        }
    }

    private void append(String more, boolean last) {
        lock.lock();
        try {
            text.append(more);
            over |= last;
            printed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return String.join(" ", words) + "\n--- printed:\n" + text();
    }
}
