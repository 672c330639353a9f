package dev.adit.connector.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a file was written or replaced, when it has been left alone since the last look. Looks at the file itself
 * each time, so it sees renames, links that lead elsewhere, and directories on other machines, which notifications of the
 * kernel miss. Blocks; confined to one thread.
 */
public final class FileWatch {
    private final Path file;
    private @Nullable Print known;
    private @Nullable Print last;

    /** Knows {@code file} as it is now. */
    public FileWatch(Path file) {
        this.file = file;
        known = look();
        last = known;
    }

    /** Whether the file is another one than when this last said so, and was the same at the look before. */
    public boolean hasChanged() {
        Print now = look();
        boolean settled = now.equals(last);
        last = now;
        if (!settled || now.equals(known)) {
            return false;
        }
        known = now;
        return true;
    }

    private Print look() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Print(found.fileKey(), found.lastModifiedTime(), found.size());
        } catch (IOException e) {
            return Print.NONE;
        }
    }

    /** What tells two states of a file apart. */
    private record Print(@Nullable Object key, FileTime modified, long size) {
        static final Print NONE = new Print(null, FileTime.fromMillis(0), -1);
    }
}
