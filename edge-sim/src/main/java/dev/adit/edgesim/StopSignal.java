package dev.adit.edgesim;

import java.util.concurrent.CompletableFuture;

/** Turns SIGTERM and SIGINT into an orderly end of a command, whose exit code is then the process's. */
public final class StopSignal {
    private final CompletableFuture<Void> given = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    /** A signal that the JVM's shutdown gives; the JVM then goes on until {@link #exit} is called. */
    public static StopSignal onShutdown() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
        return signal;
    }

    /** Halts, since a process that a signal ends could not choose its exit code otherwise. */
    private void stop() {
        give();
        Runtime.getRuntime().halt(ended.join());
    }

    /** Asks for the end. */
    public void give() {
        given.complete(null);
    }

    /** Completes when the end is asked for. */
    public CompletableFuture<Void> given() {
        return given;
    }

    /** Ends the JVM with {@code exitCode}, also while it is going down already. */
    public void exit(int exitCode) {
        ended.complete(exitCode);
        System.exit(exitCode);
    }
}
