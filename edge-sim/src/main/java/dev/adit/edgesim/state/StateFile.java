package dev.adit.edgesim.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that the state is kept in. Only its owner can read it, and it is replaced as a whole, so that there is
 * always one complete state. For any thread; the writing is done by a thread of its own, the newest state wins.
 */
public final class StateFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateFile.class);
    private static final String NAME = "edge-sim.json";
    // Long enough for a slow disk; the state is small.
    private static final long CLOSE_SECONDS = 10;

    private final Path file;
    private final Path draft;
    private final AtomicReference<@Nullable SavedState> waiting = new AtomicReference<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "edge-sim-state");
        thread.setDaemon(true);
        return thread;
    });

    private StateFile(Path directory) {
        file = directory.resolve(NAME);
        draft = directory.resolve(NAME + ".new");
    }

    /** A file in {@code directory}, which is made if it is missing. Blocks. */
    public static StateFile in(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, attributes(directory, "rwx------"));
            }
            return new StateFile(directory);
        } catch (IOException e) {
            throw new StateException("can't make the state directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /** What is in the file; nothing if there is no file. Blocks. Throws {@link StateException} if it is broken. */
    public SavedState load() {
        try {
            return StateJson.read(Files.readString(file));
        } catch (NoSuchFileException e) {
            return SavedState.empty();
        } catch (IOException e) {
            throw new StateException("can't read the state file " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StateException(
                    "the state file " + file + " is broken: " + e.getMessage()
                            + ". It was left as it is: repair it, or move it away to start afresh",
                    e);
        }
    }

    /** Writes {@code state} soon; one that is still waiting is skipped. */
    public void save(SavedState state) {
        if (waiting.getAndSet(state) == null) {
            writer.execute(this::write);
        }
    }

    /** Writes what is waiting. Blocks until it is done. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.error("state not written in time file={}", file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        SavedState state = waiting.getAndSet(null);
        if (state == null) {
            return;
        }
        try {
            Files.deleteIfExists(draft);
            ByteBuffer bytes = ByteBuffer.wrap(StateJson.write(state).getBytes(StandardCharsets.UTF_8));
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    attributes(draft, "rw-------"))) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory =
                    FileChannel.open(draft.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            log.error("state not written file={} {}", file, e.toString());
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }
}
