package dev.adit.connector.control;

import dev.adit.proxy.engine.ExchangeFacts;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.Route;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of a test.
 *
 * @param path what was asked for
 * @param route its rule
 * @param failure why it was not served to its end
 */
record Seen(String path, @Nullable Route route, @Nullable Failure failure) implements ExchangeFacts {
    @Override
    public RequestHead request() {
        return new RequestHead(
                ExchangeKind.HTTP,
                "GET",
                "a.example",
                path,
                new DefaultHttpHeaders().add("cf-ray", "ray-1").add("authorization", "hush"),
                -1,
                false);
    }

    @Override
    public int connection() {
        return 3;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public long receivedBytes() {
        return 5;
    }

    @Override
    public long sentBytes() {
        return 7;
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
