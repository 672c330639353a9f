package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.upstream.BodyFraming;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamKey;
import dev.adit.proxy.upstream.UpstreamListener;
import dev.adit.proxy.upstream.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request to an HTTP origin and its response; a WebSocket handshake too. Confined to the downstream's event loop.
 *
 * <pre>
 *   PROBING ── first body byte or end ──► CONNECTING ── connected ──► SENT ── response head ──► ANSWERING ── end ──► DONE
 *   (no length, a method that seldom         ▲                         │            │ 101              ▲
 *    has a body: is there one?)              └── reused connection ────┘            └► StreamExchange   │
 *                                                was stale                                             │
 *   any state ── failure of the origin (abort downstream) or of the eyeball (close upstream) ──────────┘
 * </pre>
 */
final class HttpExchange implements Exchange, UpstreamListener {
    private enum State {
        PROBING,
        CONNECTING,
        SENT,
        ANSWERING,
        DONE
    }

    /** Methods for which a missing length more likely means no body than a streamed one; cloudflared's list. */
    private static final Set<String> SELDOM_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS", "PROPFIND", "SEARCH");

    private final RequestHead head;
    private final Downstream downstream;
    private final Route route;
    private final ProxyEngine engine;
    private final UpstreamKey key;
    private final Upload upload;
    private final ConnectRetry connectRetry;
    private final BodyIdle bodyIdle;
    private State state = State.PROBING;
    private boolean retried;
    private boolean responseBodyFollows;
    private @Nullable UpstreamConnection upstream;
    private @Nullable ScheduledFuture<?> headTimeout;

    /** Serves {@code head} at the origin that is the target of {@code route}. */
    HttpExchange(RequestHead head, Downstream downstream, Route route, ProxyEngine engine) {
        this.head = head;
        this.downstream = downstream;
        this.route = route;
        this.engine = engine;
        key = OriginKeys.of(head, route);
        upload = new Upload(downstream);
        connectRetry = new ConnectRetry(downstream.eventLoop(), route.options().connectRetry());
        bodyIdle = new BodyIdle(downstream.eventLoop(), route.options().bodyIdleTimeout(), this::bodySilent);
    }

    /** Sets out for the origin. */
    void start() {
        if (!head.bodyFollows()) {
            upload.end(null);
        }
        if (!hasUnknownLength() || !SELDOM_BODY.contains(head.method()) || expectsContinue()) {
            connect();
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (state == State.DONE || !data.isReadable()) {
            int bytes = data.readableBytes();
            data.release();
            downstream.consumed(bytes);
            return;
        }
        upload.body(data);
        if (state == State.PROBING) {
            connect();
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        if (state == State.DONE) {
            return;
        }
        upload.end(trailers);
        if (state == State.PROBING) {
            connect();
        } else if (state == State.SENT) {
            awaitHead();
        }
    }

    @Override
    public void downstreamWritable() {
        UpstreamConnection connection = upstream;
        if (connection != null) {
            bodyIdle.restart();
            connection.setReading(true);
        }
    }

    @Override
    public void aborted() {
        UpstreamConnection connection = upstream;
        if (state != State.DONE) {
            engine.log().aborted(incoming());
        }
        finish();
        if (connection != null) {
            connection.close();
        }
    }

    private void connect() {
        state = State.CONNECTING;
        if (framing() == BodyFraming.CHUNKED && route.options().disableChunkedEncoding()) {
            fail(new Failure(Kind.LENGTH_REQUIRED, "the rule has disableChunkedEncoding and the request no length"));
        } else {
            engine.upstreams().acquire(key, this);
        }
    }

    @Override
    public boolean wantsConnection() {
        return state == State.CONNECTING;
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (state == State.DONE) {
            connection.release();
            return;
        }
        try {
            connection.request(new UpstreamRequest(head, host(), framing(), !isHttp()));
        } catch (IllegalArgumentException e) {
            connection.release();
            fail(new Failure(Kind.BAD_REQUEST, String.valueOf(e.getMessage())));
            return;
        }
        upstream = connection;
        state = State.SENT;
        if (isHttp()) {
            continueBody();
            upload.start(connection);
        }
        if (upload.isEnded() || !isHttp()) {
            awaitHead();
        }
    }

    /** The expectation ends here: no origin is asked, since the answer to "may I" is that the way is free. */
    private void continueBody() {
        if (!retried && !upload.isEnded() && expectsContinue()) {
            downstream.continueBody();
        }
    }

    private boolean expectsContinue() {
        return head.headers().containsValue(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
    }

    private void awaitHead() {
        Duration limit = route.options().responseTimeout();
        if (!limit.isZero() && headTimeout == null) {
            headTimeout = downstream.eventLoop().schedule(this::headTimedOut, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void headTimedOut() {
        UpstreamConnection connection = upstream;
        if (state == State.SENT && connection != null) {
            connection.close();
            fail(new Failure(
                    Kind.HEAD_TIMEOUT,
                    "no response head within " + route.options().responseTimeout()));
        }
    }

    @Override
    public void responseHead(int status, HttpHeaders headers, boolean bodyFollows) {
        state = State.ANSWERING;
        engine.log().answered(incoming(), status);
        cancelHeadTimeout();
        if (status == 101) {
            upgrade(headers);
            return;
        }
        responseBodyFollows = bodyFollows;
        bodyIdle.start();
        downstream.head(new ResponseHead(status, headers, bodyFollows));
    }

    private void upgrade(HttpHeaders headers) {
        UpstreamConnection connection = upstream;
        if (connection == null) {
            return;
        }
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            connection.close();
            fail(new Failure(Kind.BAD_RESPONSE, "101 to something else than WebSocket"));
            return;
        }
        state = State.DONE;
        // It has no business here (RFC 9110 §8.6), and a downstream would hold the raw bytes to it.
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        downstream.head(new ResponseHead(101, headers, true));
        new StreamExchange(downstream, connection, upload, engine.context().halfOpenIdle()).start();
    }

    @Override
    public void responseBody(ByteBuf data) {
        UpstreamConnection connection = upstream;
        if (state != State.ANSWERING || connection == null || !responseBodyFollows) {
            data.release();
            return;
        }
        bodyIdle.restart();
        downstream.body(data);
        connection.setReading(downstream.isWritable());
    }

    /** An origin that we don't read from, since the eyeball is slow, can't be blamed for its silence. */
    private void bodySilent() {
        UpstreamConnection connection = upstream;
        if (connection == null || state != State.ANSWERING) {
            return;
        }
        if (!downstream.isWritable()) {
            bodyIdle.start();
            return;
        }
        connection.close();
        fail(new Failure(
                Kind.RESET_IN_BODY,
                "no byte of the response body for " + route.options().bodyIdleTimeout()));
    }

    @Override
    public void responseEnd(@Nullable HttpHeaders trailers) {
        if (state != State.ANSWERING) {
            return;
        }
        if (responseBodyFollows) {
            downstream.end(trailers);
        }
        finish();
        downstream.finished();
    }

    @Override
    public void upstreamFailed(Failure failure) {
        if (state == State.DONE) {
            return;
        }
        UpstreamConnection connection = upstream;
        if (!retried
                && connection != null
                && state == State.SENT
                && RetryPolicy.mayRetry(failure, head.method(), connection.isReused(), upload.isStarted())) {
            retried = true;
            upstream = null;
            upload.detach();
            cancelHeadTimeout();
            state = State.CONNECTING;
            engine.upstreams().dial(key, this);
            return;
        }
        if (state != State.CONNECTING
                || !connectRetry.again(failure, () -> engine.upstreams().acquire(key, this))) {
            fail(connectRetry.lastOf(failure));
        }
    }

    @Override
    public void upstreamWritable() {
        upload.writable();
    }

    private void fail(Failure failure) {
        engine.log().failed(incoming(), failure);
        finish();
        ResponseHead answer = ConnectRetry.answer(failure);
        if (answer == null) {
            downstream.abort(failure);
        } else {
            downstream.abort(failure, answer);
        }
    }

    private Incoming incoming() {
        return new Incoming(head, route, downstream.connection());
    }

    private void finish() {
        state = State.DONE;
        connectRetry.cancel();
        bodyIdle.cancel();
        upstream = null;
        cancelHeadTimeout();
        upload.discard();
    }

    private void cancelHeadTimeout() {
        ScheduledFuture<?> timeout = headTimeout;
        if (timeout != null) {
            timeout.cancel(false);
            headTimeout = null;
        }
    }

    private boolean isHttp() {
        return head.kind() == ExchangeKind.HTTP;
    }

    private boolean hasUnknownLength() {
        return isHttp() && head.bodyFollows() && head.contentLength() < 0;
    }

    private BodyFraming framing() {
        if (!isHttp()) {
            return BodyFraming.NONE;
        }
        if (head.contentLength() >= 0) {
            return BodyFraming.LENGTH;
        }
        if (upload.isEnded() && !upload.hasBytes()) {
            // An origin may insist on a length for a method that normally has a body, so say that it is zero.
            return SELDOM_BODY.contains(head.method()) ? BodyFraming.NONE : BodyFraming.LENGTH;
        }
        return BodyFraming.CHUNKED;
    }

    private CharSequence host() {
        if (route.options().realClientAddress()) {
            ClientAddress.only(head.headers());
        }
        String override = route.options().httpHostHeader();
        if (override == null) {
            return head.authority();
        }
        head.headers().set("X-Forwarded-Host", head.authority());
        return override;
    }
}
