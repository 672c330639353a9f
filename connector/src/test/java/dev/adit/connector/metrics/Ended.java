package dev.adit.connector.metrics;

import dev.adit.proxy.engine.ExchangeFacts;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.Target;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that is over.
 *
 * @param route its rule
 * @param status its status
 */
record Ended(@Nullable Route route, int status) implements ExchangeFacts {
    /** One of the rule {@code index}, or of none if that is negative. */
    static Ended with(int index, int status) {
        return new Ended(
                index < 0 ? null : new Route(index, null, null, new Target.FixedStatus(status), OriginOptions.DEFAULT),
                status);
    }

    @Override
    public RequestHead request() {
        return new RequestHead(ExchangeKind.HTTP, "GET", "a", "/", new DefaultHttpHeaders(), -1, false);
    }

    @Override
    public int connection() {
        return 0;
    }

    @Override
    public @Nullable Failure failure() {
        return null;
    }

    @Override
    public long receivedBytes() {
        return 0;
    }

    @Override
    public long sentBytes() {
        return 0;
    }

    @Override
    public long beganNanos() {
        return System.nanoTime();
    }

    @Override
    public long headNanos() {
        return System.nanoTime();
    }
}
