package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamListener;
import dev.adit.edgesim.h2.StreamRequest;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelSession;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tunnel's side of one public request: a stream on one connection, and on another one if that is lost before it
 * answers and the request may be sent again. Confined to the event loop that eyeballs and tunnels share.
 */
final class TunnelSide {
    // Who loses three connections in a row has no tunnel.
    private static final int MAX_RESENDS = 2;
    // RFC 9110 §9.2.2.
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private final Tunnel tunnel;
    private final StreamRequest request;
    private final StreamListener listener;
    private final Set<TunnelSession> tried = new HashSet<>();
    private @Nullable Attempt current;
    private String way;
    private boolean bodyBegun;
    private boolean ended;

    /** Nothing is sent before {@link #open}; {@code listener} hears of the one attempt that is not repeated. */
    TunnelSide(Tunnel tunnel, StreamRequest request, StreamListener listener) {
        this.tunnel = tunnel;
        this.request = request;
        this.listener = listener;
        way = tunnel.name();
    }

    /** Sends the request head over a connection that had it not before; false if there is none. */
    boolean open() {
        TunnelSession session = tunnel.pick(tried);
        if (session == null) {
            return false;
        }
        tried.add(session);
        way = tunnel.name() + "/" + session.connIndex();
        Attempt attempt = new Attempt();
        current = attempt;
        // A connection that takes no stream says so here and now: then the next attempt is made meanwhile.
        attempt.stream = session.open(request, attempt);
        return true;
    }

    /** Tunnel name and conn index of the latest attempt. */
    String way() {
        return way;
    }

    /** The head that connectors get. */
    HeaderFields requestHeaders() {
        return HeaderFields.of(request.headers());
    }

    /** Sends request body bytes. Takes over {@code data}. */
    void body(ByteBuf data) {
        bodyBegun = true;
        SimStream to = stream();
        if (to == null) {
            data.release();
        } else {
            to.body(data);
        }
    }

    /** Ends the request, with trailers if there are any. */
    void end(HttpHeaders trailers) {
        ended = true;
        bodyBegun |= !trailers.isEmpty();
        SimStream to = stream();
        if (to != null) {
            to.end(trailers.isEmpty() ? null : lowerCased(trailers));
        }
    }

    private static Http2Headers lowerCased(HttpHeaders trailers) {
        Http2Headers out = new DefaultHttp2Headers(false);
        for (Map.Entry<String, String> field : trailers) {
            out.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
        }
        return out;
    }

    /** Gives up; the listener hears nothing more. */
    void reset(Http2Error error) {
        SimStream to = stream();
        current = null;
        if (to != null) {
            to.reset(error);
        }
    }

    /** Whether the next {@link #body} would go out rather than be queued. */
    boolean isWritable() {
        SimStream to = stream();
        return to == null || to.isWritable();
    }

    /** Gives credit for {@code bytes} of response body that have been dealt with. */
    void consumed(int bytes) {
        SimStream from = stream();
        if (from != null) {
            from.consumed(bytes);
        }
    }

    private @Nullable SimStream stream() {
        Attempt attempt = current;
        return attempt == null ? null : attempt.stream;
    }

    private void resendOrFail(long errorCode) {
        if (mayResend(errorCode) && open()) {
            SimStream to = stream();
            if (ended && to != null) {
                to.end(null);
            }
            listener.writabilityChanged();
        } else {
            listener.reset(errorCode);
        }
    }

    private boolean mayResend(long errorCode) {
        return !bodyBegun
                && tried.size() <= MAX_RESENDS
                && (errorCode == Http2Error.REFUSED_STREAM.code()
                        || IDEMPOTENT.contains(request.headers().method().toString()));
    }

    /** One stream. */
    private final class Attempt implements StreamListener {
        private @Nullable SimStream stream;
        private boolean answered;

        @Override
        public void informational(Http2Headers headers) {
            if (current == this) {
                listener.informational(headers);
            }
        }

        @Override
        public void head(Http2Headers headers, boolean last) {
            answered = true;
            if (current == this) {
                listener.head(headers, last);
            }
        }

        @Override
        public void body(ByteBuf data) {
            if (current == this) {
                listener.body(data);
            } else {
                data.release();
            }
        }

        @Override
        public void end(@Nullable Http2Headers trailers) {
            if (current == this) {
                listener.end(trailers);
            }
        }

        @Override
        public void reset(long errorCode) {
            if (current == this) {
                listener.reset(errorCode);
            }
        }

        @Override
        public void lost(long errorCode) {
            if (current != this) {
                return;
            }
            if (answered) {
                listener.reset(errorCode);
            } else {
                resendOrFail(errorCode);
            }
        }

        @Override
        public void writabilityChanged() {
            if (current == this) {
                listener.writabilityChanged();
            }
        }
    }
}
