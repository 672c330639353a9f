package dev.adit.connector.ingress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last configuration that the edge sent, as it sent it, in one file for each tunnel that only this user may read.
 * Blocks, so it is not for an event loop.
 */
public final class SavedConfig {
    private static final Logger log = LoggerFactory.getLogger(SavedConfig.class);

    /** What the edge may send, and so what we may have written. */
    private static final long MAX_BYTES = 4 << 20;

    private final Path file;

    /** Lives in {@code directory}, which exists. */
    public SavedConfig(Path directory, UUID tunnel) {
        file = directory.resolve("configuration-" + tunnel + ".json");
    }

    Path file() {
        return file;
    }

    /** What was saved last; null if there is nothing that can be read, which is logged unless there is no file. */
    @Nullable
    String read() {
        try {
            if (Files.size(file) <= MAX_BYTES) {
                return Files.readString(file);
            }
            log.warn("saved configuration is ignored, it is larger than any that the edge sends file={}", file);
        } catch (NoSuchFileException e) {
            log.debug("no configuration was saved file={}", file);
        } catch (IOException e) {
            log.warn("saved configuration is ignored: {}", e.toString());
        }
        return null;
    }

    /** Saves {@code text} so that a reader finds this or what was there before, whatever happens; a failure is logged. */
    void write(String text) {
        try {
            // The owner alone may read what this makes.
            Path half = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", ".new");
            try {
                Files.writeString(half, text);
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            log.warn("the edge's configuration could not be saved: {} file={}", e.toString(), file);
        }
    }
}
