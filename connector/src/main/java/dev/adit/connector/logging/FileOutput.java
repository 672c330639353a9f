package dev.adit.connector.logging;

import ch.qos.logback.core.Appender;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.recovery.RecoveryListener;
import ch.qos.logback.core.recovery.ResilientOutputStreamBase;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file as JSON, and puts it aside when it is full. A file that can't be written stops nobody: what is
 * wrong is told elsewhere once, and it is tried again every 10 s. Confined to the thread of its {@link LineQueue} once it is
 * started, but for {@link #reopen}.
 */
final class FileOutput extends RollingFileAppender<LogLine> implements RecoveryListener {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Host names and paths of other people's requests are in it. */
    private static final String PERMISSIONS = "rw-r-----";

    private final Appender<LogLine> trouble;
    private final LongSupplier nanoClock;
    private final Rotation rotation;
    private @Nullable IOException broken;
    private boolean failed;
    private long failedNanos;
    private long lost;

    /** Says on {@code trouble} what is wrong with {@code file}. */
    FileOutput(Context context, LogFile file, Appender<LogLine> trouble, LongSupplier nanoClock) {
        this.trouble = trouble;
        this.nanoClock = nanoClock;
        FormEncoder json = new FormEncoder(context, new JsonForm());
        rotation = new Rotation(file, json, nanoClock, this::cannotRotate);
        rotation.setContext(context);
        setContext(context);
        setFile(file.path().toString());
        setEncoder(json);
        setRollingPolicy(rotation);
    }

    /** Opens the file, so that what is wrong with it is told before the first line. */
    @Override
    public void start() {
        try {
            broken = null;
            makeReady(Path.of(getFile()));
            rotation.start();
            super.start();
            if (!isStarted()) {
                fail(new IOException("it can't be opened"));
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Closes the file and opens what has its name now. For any thread that may block. */
    void reopen() {
        try {
            openFile(getFile());
        } catch (IOException e) {
            tell(LogLevel.ERROR, "The log file can't be opened anew", new LogField("error", reason(e)));
        }
    }

    @Override
    public void openFile(String name) throws IOException {
        makeReady(Path.of(name));
        super.openFile(name);
        ((ResilientOutputStreamBase) getOutputStream()).addRecoveryListener(this);
    }

    @Override
    public void doAppend(LogLine line) {
        if (!isStarted() && nanoClock.getAsLong() - failedNanos >= RETRY_NANOS) {
            start();
        }
        if (isStarted()) {
            super.doAppend(line);
            check();
        }
        if (failed) {
            lost++;
        }
    }

    @Override
    public void newFailure(IOException e) {
        broken = e;
    }

    @Override
    public void recoveryOccured() {
        // Said too early: before the line is flushed.
    }

    /** Looks what became of the last line. */
    private void check() {
        IOException problem = getOutputStream() == null ? new IOException("it can't be opened anew") : broken;
        if (problem != null) {
            stop();
            fail(problem);
        } else if (failed) {
            failed = false;
            tell(LogLevel.INFO, "The log file is written again", new LogField("lost", lost));
            lost = 0;
        }
    }

    private void fail(IOException e) {
        failedNanos = nanoClock.getAsLong();
        if (!failed) {
            failed = true;
            tell(
                    LogLevel.ERROR,
                    "The log file can't be written; lines go to standard error alone until it can",
                    new LogField("error", reason(e)));
        }
    }

    private void cannotRotate(IOException e) {
        tell(
                LogLevel.ERROR,
                "The log file is full and can't be put aside; it grows until it can",
                new LogField("error", reason(e)));
    }

    private void tell(LogLevel level, String message, LogField field) {
        trouble.doAppend(new LogLine(
                Clock.systemUTC().millis() / 1000,
                level,
                message,
                List.of(new LogField("file", getFile()), field),
                null));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileAlreadyExistsException ? "not a directory" : String.valueOf(e.getMessage());
    }

    /** Makes the file and the directories above it, not for everybody's eyes. */
    private static void makeReady(Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path directory = file.getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(posix, "rwxr-x---"));
        }
        FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        attributes(posix, PERMISSIONS))
                .close();
    }

    private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
