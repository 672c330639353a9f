package dev.adit.connector.app;

import dev.adit.connector.handover.Predecessor;
import dev.adit.connector.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a process begins and ends among others.
 *
 * @param controlSocket where another process can take over from this one; null for nowhere
 * @param takeover whether to take over from the process that listens there
 * @param pidFile file for the number of this process, or null
 */
public record LifeOptions(
        @Nullable Path controlSocket,
        boolean takeover,
        @Nullable Path pidFile) {
    /** Alone. */
    public static final LifeOptions NONE = new LifeOptions(null, false, null);

    /**
     * What {@code settings} say for a process that serves {@code tunnel}.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which and how
     */
    static LifeOptions read(Settings settings, UUID tunnel) {
        String runtime = settings.text("runtime-dir");
        if (runtime != null && !Files.isDirectory(Path.of(runtime))) {
            throw new IllegalArgumentException(settings.place("runtime-dir") + " " + runtime + " is not a directory");
        }
        String directory = runtime == null ? settings.text("state-dir") : runtime;
        boolean takeover = settings.isOn("takeover");
        if (takeover && directory == null) {
            throw new IllegalArgumentException(settings.place("takeover")
                    + " needs --runtime-dir or --state-dir, where the two processes find each other");
        }
        String pidFile = settings.text("pidfile");
        if (pidFile != null && Files.isDirectory(Path.of(pidFile))) {
            throw new IllegalArgumentException(settings.place("pidfile") + " " + pidFile + " is a directory");
        }
        if (pidFile != null && !Files.isDirectory(directoryOf(Path.of(pidFile)))) {
            throw new IllegalArgumentException(settings.place("pidfile") + " " + pidFile + ": "
                    + directoryOf(Path.of(pidFile)) + " is not a directory");
        }
        return new LifeOptions(
                directory == null ? null : Predecessor.socket(Path.of(directory), tunnel),
                takeover,
                pidFile == null ? null : Path.of(pidFile));
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent;
    }
}
