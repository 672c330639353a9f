package dev.adit.connector.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logging of a process, as its settings want it, from {@link #start} to {@link #close}. For any thread. */
public final class Logging implements AutoCloseable {
    private static final long CLOSE_SECONDS = 2;

    private final LoggerContext context;
    private final Intake intake;
    private final LineQueue queue;
    private final @Nullable FileOutput file;
    private final RecentLines recent = new RecentLines();
    private final Appender<LogLine> before;
    private volatile LogThresholds thresholds;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

    private Logging(LoggerContext context, LogOptions options) {
        this.context = context;
        thresholds = options.thresholds();
        recent.setContext(context);
        recent.start();
        ErrorStream console = new ErrorStream(context, options.console().form());
        List<Appender<LogLine>> targets = new ArrayList<>(List.of(console, recent));
        LogFile wanted = options.file();
        if (wanted == null) {
            file = null;
        } else {
            FileOutput output = new FileOutput(context, wanted, console, System::nanoTime);
            output.start();
            targets.add(output);
            file = output;
        }
        queue = new LineQueue(context, targets);
        intake = LogSetup.intake(context);
        before = intake.target(queue);
        thresholds(options.thresholds());
    }

    /** Logs as {@code options} say from now on. */
    public static Logging start(LogOptions options) {
        // A program that brings another provider decides by itself what becomes of lines.
        LoggerContext context =
                LoggerFactory.getILoggerFactory() instanceof LoggerContext ours ? ours : new LoggerContext();
        Logging started = new Logging(context, options);
        if (options.ignored() != null) {
            Logger log = LoggerFactory.getLogger(Logging.class);
            log.error(
                    "Both logfile and log-directory are given; the directory is not used log-directory={}",
                    options.ignored());
        }
        return started;
    }

    /** From which level on lines are written now. */
    public LogThresholds thresholds() {
        return thresholds;
    }

    /** Writes lines from other levels on. */
    public void thresholds(LogThresholds wanted) {
        thresholds = wanted;
        if (intake.isStarted()) {
            wanted.applyTo(context);
        }
    }

    /** Closes the log file and opens what has its name now: for whoever rotates it. Blocks. */
    public void reopen() {
        FileOutput open = file;
        if (open != null) {
            open.reopen();
        }
    }

    /** The last lines in the text form, the oldest first; at most 512. */
    public List<String> recent() {
        return recent.lines();
    }

    /** Lines that were not written because too many came at once. */
    public long dropped() {
        return queue.dropped();
    }

    /**
     * Writes what waits, for 2 s at most; lines that come later go to standard error. Whoever calls it while it is being
     * done waits for the end, too.
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            intake.target(before);
            queue.stop();
            closed.complete(null);
        } else {
            closed.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
        }
    }
}
