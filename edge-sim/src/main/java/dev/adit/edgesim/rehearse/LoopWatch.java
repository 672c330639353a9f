package dev.adit.edgesim.rehearse;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Lets one thread wait for what happens on an event loop, where it is looked at again and again. */
final class LoopWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final EventLoop loop;
    private final CompletableFuture<String> interrupted;
    private final Runnable look;
    private final Future<?> looking;
    private @Nullable Waiter waiter;

    /** Calls {@code look} on {@code loop} from now on; waiting fails as soon as {@code interrupted} says why. */
    LoopWatch(EventLoop loop, CompletableFuture<String> interrupted, Runnable look) {
        this.loop = loop;
        this.interrupted = interrupted;
        this.look = look;
        looking = loop.scheduleAtFixedRate(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        look.run();
        Waiter waiting = waiter;
        if (waiting != null && waiting.condition.getAsBoolean()) {
            waiting.met.complete(null);
            waiter = null;
        }
    }

    /** Waits until {@code condition}, which is asked on the event loop, holds; false if it does not within {@code limit}. */
    boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException, RehearsalFailure {
        Waiter waiting = new Waiter(condition, new CompletableFuture<>());
        run(() -> waiter = waiting);
        try {
            CompletableFuture.anyOf(waiting.met, interrupted).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        if (interrupted.isDone()) {
            throw new RehearsalFailure(interrupted.join());
        }
        return true;
    }

    /** Lets {@code time} pass. */
    void pause(Duration time) throws InterruptedException, RehearsalFailure {
        await(() -> false, time);
    }

    /** What {@code task} gives on the event loop. */
    <T extends @Nullable Object> T call(Callable<T> task) throws InterruptedException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Does {@code task} on the event loop; it is done when this returns. */
    void run(Runnable task) throws InterruptedException {
        loop.submit(task).await();
    }

    /** Looks no more. */
    @Override
    public void close() {
        looking.cancel(false);
    }

    /** What the thread waits for. */
    private record Waiter(BooleanSupplier condition, CompletableFuture<@Nullable Void> met) {}
}
