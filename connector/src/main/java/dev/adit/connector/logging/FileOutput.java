package dev.adit.connector.logging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file, and puts it aside when it is full. A file that can't be written stops nobody: what is wrong is
 * told elsewhere once, and it is tried again every 10 s. Confined to the thread of its {@link LogQueue}.
 */
final class FileOutput implements LineOutput {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Host names and paths of other people's requests are in it. */
    private static final String PERMISSIONS = "rw-r-----";

    private final LogFile file;
    private final LineForm form = new JsonForm();
    private final LineOutput trouble;
    private final LongSupplier nanoClock;
    private final AtomicBoolean reopenWanted = new AtomicBoolean();
    private @Nullable FileChannel channel;
    private boolean failed;
    private long failedNanos;
    private long lost;

    /** Says on {@code trouble} what is wrong with {@code file}. */
    FileOutput(LogFile file, LineOutput trouble, LongSupplier nanoClock) {
        this.file = file;
        this.trouble = trouble;
        this.nanoClock = nanoClock;
    }

    /** Opens the file, so that what is wrong with it is told before the first line. */
    void open() {
        try {
            channel = opened();
            if (failed) {
                failed = false;
                tell(LogLevel.INFO, "The log file is written again", new LogField("lost", lost));
                lost = 0;
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Before the next line, the file is closed and what has its name then is opened. Callable from any thread. */
    void wantReopened() {
        reopenWanted.set(true);
    }

    /** Does so at once if it is wanted. */
    void reopenIfWanted() {
        if (reopenWanted.compareAndSet(true, false)) {
            close();
            open();
        }
    }

    void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    @Override
    public void write(LogLine line) {
        reopenIfWanted();
        if (channel == null && nanoClock.getAsLong() - failedNanos >= RETRY_NANOS) {
            open();
        }
        FileChannel open = channel;
        if (open == null) {
            lost++;
            return;
        }
        byte[] bytes = form.of(line).getBytes(StandardCharsets.UTF_8);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            FileChannel target = isFull(open, bytes.length) ? rotated() : open;
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        } catch (IOException e) {
            lost++;
            close();
            fail(e);
        }
    }

    private boolean isFull(FileChannel open, int more) throws IOException {
        if (file.mostBytes() == 0) {
            return false;
        }
        long size = open.size();
        return size > 0 && size + more > file.mostBytes();
    }

    private FileChannel rotated() throws IOException {
        close();
        putAside();
        FileChannel fresh = opened();
        channel = fresh;
        return fresh;
    }

    /** The old file gets the time into its name, which it then keeps: whoever collects logs sees each file once. */
    private void putAside() throws IOException {
        String name = file.path().getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String end = dot < 0 ? "" : name.substring(dot);
        if (file.kept() == 0) {
            Files.deleteIfExists(file.path());
            return;
        }
        long millis = Clock.systemUTC().millis();
        Path aside = aside(stem, end, millis);
        while (Files.exists(aside)) {
            millis++;
            aside = aside(stem, end, millis);
        }
        try {
            Files.move(file.path(), aside);
        } catch (NoSuchFileException e) {
            // Someone took it away, which is as good.
        }
        prune(stem + "-", end);
    }

    private Path aside(String stem, String end, long millis) {
        String time = TextForm.utc(millis / 1000).replace(':', '-').replace("Z", "");
        String fraction = Long.toString(1000 + millis % 1000).substring(1);
        return file.path().resolveSibling(stem + "-" + time + "." + fraction + end);
    }

    private void prune(String start, String end) throws IOException {
        List<Path> old;
        try (Stream<Path> all = Files.list(file.path().toAbsolutePath().getParent())) {
            old = all.filter(path -> isAside(path.getFileName().toString(), start, end))
                    .sorted()
                    .toList();
        }
        for (Path path : old.subList(0, Math.max(0, old.size() - file.kept()))) {
            Files.deleteIfExists(path);
        }
    }

    private static boolean isAside(String name, String start, String end) {
        return name.startsWith(start)
                && name.endsWith(end)
                && name.substring(start.length(), Math.max(start.length(), name.length() - end.length()))
                        .matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}\\.[0-9]{3}");
    }

    private FileChannel opened() throws IOException {
        boolean posix =
                file.path().getFileSystem().supportedFileAttributeViews().contains("posix");
        Path directory = file.path().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(posix, "rwxr-x---"));
        }
        return FileChannel.open(
                file.path(),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                attributes(posix, PERMISSIONS));
    }

    private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
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

    private void tell(LogLevel level, String message, LogField field) {
        trouble.write(new LogLine(
                Clock.systemUTC().millis() / 1000,
                level,
                message,
                List.of(new LogField("file", file.path().toString()), field),
                null));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileAlreadyExistsException ? "not a directory" : String.valueOf(e.getMessage());
    }
}
