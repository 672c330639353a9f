package dev.adit.edgesim;

import java.util.concurrent.CompletableFuture;

/** Turns SIGTERM and SIGINT into an orderly end of the thread that runs a command. */
public final class StopSignal {
    private final CompletableFuture<Void> given = new CompletableFuture<>();

    /** A signal that the JVM's shutdown gives; the JVM then waits for the calling thread to end. */
    public static StopSignal onShutdown() {
        StopSignal signal = new StopSignal();
        Thread command = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> signal.giveAndJoin(command), "stop-signal"));
        return signal;
    }

    private void giveAndJoin(Thread command) {
        give();
        try {
            command.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks for the end. */
    public void give() {
        given.complete(null);
    }

    /** Completes when the end is asked for. */
    public CompletableFuture<Void> given() {
        return given;
    }

    /** Ends the JVM with {@code exitCode}; does nothing while it is going down already, when exit would never return. */
    public void exit(int exitCode) {
        if (!given.isDone()) {
            System.exit(exitCode);
        }
    }
}
