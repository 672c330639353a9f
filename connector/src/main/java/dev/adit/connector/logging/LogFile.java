package dev.adit.connector.logging;

import java.nio.file.Path;

/**
 * A file that lines are appended to.
 *
 * @param path where it is; directories above it are made
 * @param mostBytes size at which it is put aside and begun anew; 0 for never
 * @param kept how many that were put aside are kept
 */
public record LogFile(Path path, long mostBytes, int kept) {
    /** The name in a log directory; cloudflared's. */
    private static final String NAME = "cloudflared.log";

    private static final long MEGABYTE = 1 << 20;

    public LogFile {
        if (mostBytes < 0 || kept < 0) {
            throw new IllegalArgumentException(
                    "a log file can't have " + mostBytes + " bytes and " + kept + " old ones");
        }
    }

    /** A file that something else may rotate. */
    static LogFile single(Path path) {
        return new LogFile(path, 0, 0);
    }

    /** A file in {@code directory} that is put aside when it has {@code megabytes} MiB. */
    static LogFile in(Path directory, int megabytes, int kept) {
        return new LogFile(directory.resolve(NAME), megabytes * MEGABYTE, kept);
    }
}
