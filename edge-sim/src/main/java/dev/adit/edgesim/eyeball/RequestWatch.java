package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds one request to the limits until its answer begins: the size of its body, the silence of the eyeball while the
 * body is awaited, the time of the origin. Confined to the event loop of its exchange.
 */
final class RequestWatch {
    private final PublicLimits limits;
    private final EventExecutor loop;
    private final Consumer<Problem> complaint;
    private @Nullable Silence eyeball;
    private @Nullable Silence origin;
    private long bytes;

    /** {@code complaint} is told when a limit was passed. */
    RequestWatch(PublicLimits limits, EventExecutor loop, Consumer<Problem> complaint) {
        this.limits = limits;
        this.loop = loop;
        this.complaint = complaint;
    }

    /** Whether the length that {@code request} declares, if it does, is within the limit. */
    boolean allows(HttpRequest request) {
        String declared = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return declared == null || !declared.matches("[0-9]{1,18}") || limits.allows(Long.parseLong(declared));
    }

    /** What {@link #allows} and {@link #takes} refuse. */
    Problem tooLarge() {
        return Problem.bodyTooLarge(limits.bodyBytes());
    }

    /**
     * The request is on its way to the origin.
     *
     * @param reading whether more of the body is read now, so that it is the eyeball's turn
     */
    void start(boolean bodyFollows, BooleanSupplier reading) {
        origin = new Silence(
                loop,
                limits.response(),
                () -> complaint.accept(Problem.noAnswerWithin(limits.response().toMillis())));
        if (bodyFollows) {
            awaitEyeball(reading);
        }
    }

    private void awaitEyeball(BooleanSupplier reading) {
        eyeball = new Silence(loop, limits.patience().silence(), () -> {
            if (reading.getAsBoolean()) {
                complaint.accept(Problem.TOO_SLOW);
            } else {
                awaitEyeball(reading);
            }
        });
    }

    /** Whether {@code more} bytes of body may follow those that were taken before. */
    boolean takes(int more) {
        bytes += more;
        moved(origin);
        moved(eyeball);
        return limits.allows(bytes);
    }

    private static void moved(@Nullable Silence silence) {
        if (silence != null) {
            silence.broken();
        }
    }

    /** The body is complete: now the origin's time runs. */
    void complete() {
        moved(origin);
        stop(eyeball);
    }

    /** The answer has begun, or will never come. */
    void stop() {
        stop(eyeball);
        stop(origin);
    }

    private static void stop(@Nullable Silence silence) {
        if (silence != null) {
            silence.stop();
        }
    }
}
