package dev.adit.connector.logging;

import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicy;
import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * When a log file is full, and what becomes of it: as with cloudflared it gets the time into its name, which it then keeps,
 * so that whoever collects logs sees each file once. (logback's own policies number old files and keep 20 at most, or begin
 * new ones by the clock.) Confined to the thread that writes the file.
 */
final class Rotation extends TriggeringPolicyBase<LogLine> implements RollingPolicy {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LogFile file;
    private final FormEncoder encoder;
    private final LongSupplier nanoClock;
    private final Consumer<IOException> trouble;
    private boolean failed;
    private long failedNanos;

    /** {@code encoder} is that of the file; {@code trouble} hears once that it can't be put aside. */
    Rotation(LogFile file, FormEncoder encoder, LongSupplier nanoClock, Consumer<IOException> trouble) {
        this.file = file;
        this.encoder = encoder;
        this.nanoClock = nanoClock;
        this.trouble = trouble;
    }

    @Override
    public boolean isTriggeringEvent(File active, LogLine next) {
        if (file.mostBytes() == 0 || (failed && nanoClock.getAsLong() - failedNanos < RETRY_NANOS)) {
            return false;
        }
        long size = active.length();
        return size > 0 && size + encoder.encode(next).length > file.mostBytes();
    }

    /** If it fails, lines go on into the same file, and it is tried again after 10 s. */
    @Override
    public void rollover() {
        try {
            putAside();
            failed = false;
        } catch (IOException e) {
            failedNanos = nanoClock.getAsLong();
            if (!failed) {
                failed = true;
                trouble.accept(e);
            }
        }
    }

    @Override
    public String getActiveFileName() {
        return file.path().toString();
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.NONE;
    }

    @Override
    public void setParent(FileAppender<?> appender) {
        // The file says all.
    }

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
}
