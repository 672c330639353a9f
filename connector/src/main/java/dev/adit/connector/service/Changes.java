package dev.adit.connector.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that were written, each in one step, and how they were before. */
final class Changes {
    private static final Logger log = LoggerFactory.getLogger(Changes.class);

    private final Deque<Undo> undos = new ArrayDeque<>();

    private interface Undo {
        void run() throws IOException;
    }

    /** Replaces {@code file}, with permissions in the form {@code rw-------}; nobody ever sees half of it. */
    void write(Path file, byte[] content, String permissions) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            undos.push(() -> Files.deleteIfExists(directory));
            // As an attribute of the creation they would be cut by the umask.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (Files.exists(file)) {
            byte[] before = Files.readAllBytes(file);
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            undos.push(() -> replace(directory, file, before, mode));
        } else {
            undos.push(() -> Files.deleteIfExists(file));
        }
        replace(directory, file, content, permissions);
    }

    /** All is again as it was. */
    void undo() {
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (IOException e) {
                log.warn("a change could not be undone error=\"{}\"", e.getMessage());
            }
        }
    }

    private static void replace(Path directory, Path file, byte[] content, String permissions) throws IOException {
        Path temporary = Files.createTempFile(
                directory,
                file.getFileName() + ".",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(temporary, content);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
