package dev.adit.connector.logging;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logging of a process, as its settings want it, from {@link #start} to {@link #close}. For any thread. */
public final class Logging implements AutoCloseable {
    private final LogHub hub;
    private final LogQueue queue;
    private final @Nullable FileOutput file;
    private final RecentLines recent = new RecentLines();
    private final LineOutput before;

    private Logging(LogHub hub, LogOptions options) {
        this.hub = hub;
        ErrorStream console = new ErrorStream(options.console().form());
        LogFile wanted = options.file();
        List<LineOutput> targets = new ArrayList<>(List.of(console, recent));
        if (wanted == null) {
            file = null;
        } else {
            FileOutput output = new FileOutput(wanted, console, System::nanoTime);
            file = output;
            targets.add(output);
        }
        queue = new LogQueue(targets);
        FileOutput opened = file;
        if (opened != null) {
            queue.execute(opened::open);
        }
        hub.thresholds(options.thresholds());
        before = hub.output(queue);
    }

    /** Logs as {@code options} say from now on. */
    public static Logging start(LogOptions options) {
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        // A program that brings another provider decides by itself what becomes of lines.
        Logging started = new Logging(loggers instanceof LogHub own ? own : new LogHub(), options);
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
        return hub.thresholds();
    }

    /** Writes lines from other levels on. */
    public void thresholds(LogThresholds wanted) {
        hub.thresholds(wanted);
    }

    /** Closes the log file and opens what has its name now, soon: for whoever rotates it. */
    public void reopen() {
        FileOutput open = file;
        if (open != null) {
            open.wantReopened();
            queue.execute(open::reopenIfWanted);
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

    /** Writes what waits, for 2 s at most; lines that come later go to standard error. */
    @Override
    public void close() {
        hub.output(before);
        FileOutput open = file;
        if (queue.close() && open != null) {
            open.close();
        }
    }
}
