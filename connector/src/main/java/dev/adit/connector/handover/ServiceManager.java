package dev.adit.connector.handover;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how this process is, if systemd started it and wants to know. For any thread.
 *
 * <p>It wants datagrams on a Unix domain socket, which no JDK can send, so each message is a short run of its own program
 * {@code systemd-notify}; the unit must therefore say {@code NotifyAccess=all}, as a takeover needs, too.
 */
public final class ServiceManager implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

    private static final long LIMIT_SECONDS = 10;

    /** For a process that took over: what the watchdog wants was told to the one before. */
    private static final Duration OFTEN = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final String program;
    private final @Nullable ExecutorService messenger;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean silent = new AtomicBoolean();
    /** Whether the watchdog waits for this process. */
    private final AtomicBoolean watched = new AtomicBoolean();

    /** The manager that {@code environment} tells of; without one, nobody is told anything. */
    public ServiceManager(Map<String, String> environment) {
        this(environment, "systemd-notify");
    }

    /** The same, told by means of {@code program} in place of systemd's own. */
    public ServiceManager(Map<String, String> environment, String program) {
        this.environment = Map.copyOf(environment);
        this.program = program;
        messenger = environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()
                ? null
                : Executors.newSingleThreadExecutor(new DefaultThreadFactory("adit-notify", true));
        String watchedPid = environment.getOrDefault("WATCHDOG_PID", "");
        watched.set(environment.containsKey("WATCHDOG_USEC")
                && (watchedPid.isEmpty()
                        || watchedPid.equals(
                                Long.toString(ProcessHandle.current().pid()))));
    }

    /** The process serves. */
    public void ready(String status) {
        tell(List.of("READY=1", line(status)));
    }

    /** Process {@code pid} is the service from now on, and serves. Blocks until that was said, 10 s at most. */
    public void readyAs(long pid, String status) {
        watched.set(true);
        Future<?> said = tell(List.of("MAINPID=" + pid, "READY=1", line(status)));
        if (said != null) {
            try {
                said.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.debug("systemd was not told in time", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What {@code systemctl status} shows. */
    public void status(String status) {
        tell(List.of(line(status)));
    }

    /** The configuration is being read again; {@link #ready} follows. */
    public void reloading() {
        // The clock of nanoTime is the one that is wanted, CLOCK_MONOTONIC.
        tell(List.of("RELOADING=1", "MONOTONIC_USEC=" + System.nanoTime() / 1000));
    }

    /** The process is about to end. */
    public void stopping() {
        tell(List.of("STOPPING=1", line("draining")));
    }

    /** The process is alive, which the watchdog hears if it waits for this one. */
    public void alive() {
        if (watched.get()) {
            tell(List.of("WATCHDOG=1"));
        }
    }

    /** Says nothing any more: another process speaks for the service. */
    public void fallSilent() {
        silent.set(true);
    }

    /** How often {@link #alive()} is wanted at least, now or after a takeover; null if it is not. */
    public @Nullable Duration aliveEvery() {
        if (messenger == null) {
            return null;
        }
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        // A third, so that one may come late.
        return micros.matches("[1-9][0-9]{3,17}") ? Duration.ofNanos(Long.parseLong(micros) / 3 * 1000) : OFTEN;
    }

    private static String line(String text) {
        return "STATUS=" + text;
    }

    private @Nullable Future<?> tell(List<String> lines) {
        ExecutorService runner = messenger;
        if (runner != null && !silent.get()) {
            try {
                return runner.submit(() -> run(lines));
            } catch (RejectedExecutionException e) {
                log.debug("too late to tell systemd {}", lines);
            }
        }
        return null;
    }

    private void run(List<String> lines) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(lines);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        // Nothing else of ours is its business, secrets least of all.
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("NOTIFY_SOCKET", environment.getOrDefault("NOTIFY_SOCKET", ""));
        try {
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                failed("it hangs");
            } else if (process.exitValue() != 0) {
                failed("exit code " + process.exitValue());
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(String why) {
        if (failed.compareAndSet(false, true)) {
            log.warn("systemd can't be told how this process is, see {}: {}", program, why);
        }
    }

    /** Lets what was said get through. */
    @Override
    public void close() {
        ExecutorService runner = messenger;
        if (runner == null) {
            return;
        }
        runner.shutdown();
        try {
            if (!runner.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                runner.shutdownNow();
            }
        } catch (InterruptedException e) {
            runner.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
