package dev.adit.connector.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with the number of this process, for scripts that send it signals: digits and nothing else. Blocks. */
public final class PidFile {
    private static final Logger log = LoggerFactory.getLogger(PidFile.class);

    private final Path file;
    private final String pid;

    /** A file for process {@code pid}, which {@link #write()} makes. */
    public PidFile(Path file, long pid) {
        this.file = file;
        this.pid = Long.toString(pid);
    }

    /** Makes the file, or replaces what is there; a failure is logged. */
    public void write() {
        try {
            // Renamed into place, so that nobody reads half a number.
            Path half = Files.writeString(file.resolveSibling(file.getFileName() + "." + pid), pid);
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.error("Unable to write pid to {}: {}", file, e.toString());
        }
    }

    /** Removes the file, unless it belongs to a process that took over. */
    public void remove() {
        try {
            if (Files.readString(file).equals(pid)) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            log.debug("no pid file {}", file);
        } catch (IOException e) {
            log.warn("Unable to remove {}: {}", file, e.toString());
        }
    }
}
