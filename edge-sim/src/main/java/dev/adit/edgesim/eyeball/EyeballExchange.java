package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.h2.StreamListener;
import dev.adit.edgesim.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One public request on its way through a tunnel, and the answer on its way back.
 *
 * <pre>
 *   start ──► WAITING ──head──► ANSWERING ──end──► DONE
 *                │  └──101──► PIPE ──either side ends──► DONE
 *                └──error page──► DONE        reset after the head: abort ──► DONE
 * </pre>
 *
 * Confined to the event loop that eyeballs and tunnels share.
 */
final class EyeballExchange implements StreamListener {
    // A connector that was told of the end of a WebSocket answers at once; this is for one that does not.
    private static final Duration PIPE_END_LIMIT = Duration.ofSeconds(5);

    private enum State {
        WAITING,
        ANSWERING,
        PIPE,
        DONE
    }

    private final EyeballHandler owner;
    private final EyeballWriter writer;
    private final HttpRequest request;
    private final String ray;
    private final boolean webSocket;
    private final long startNanos = System.nanoTime();
    private final AnswerBody body = new AnswerBody();
    private final RequestWatch watch;
    private State state = State.WAITING;
    private @Nullable TunnelSide tunnelSide;
    private String host = "";
    private String path;
    private HeaderFields responseHeaders = HeaderFields.NONE;
    private boolean awaitsContinue;
    private boolean requestDone;
    private boolean keepAlive;
    private int status;

    EyeballExchange(EyeballHandler owner, HttpRequest request) {
        this.owner = owner;
        this.request = request;
        path = request.uri();
        ray = owner.newRay();
        webSocket = owner.isWebSocketUpgrade(request);
        keepAlive = owner.mayKeepAlive(request);
        writer = new EyeballWriter(owner.context(), owner.http2(), this::passedOn);
        watch = new RequestWatch(owner.limits(), owner.context().executor(), this::answer);
    }

    /** Sends the request on, or answers it with an error page. */
    void start(boolean last) {
        requestDone = last;
        RequestTarget target = RequestTarget.of(request);
        if (target instanceof RequestTarget.Refused refused) {
            answer(refused.problem());
            return;
        }
        RequestTarget.Found found = (RequestTarget.Found) target;
        host = found.host();
        path = found.path();
        String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
            answer(Problem.EXPECTATION);
            return;
        }
        Tunnel tunnel = owner.directory().byHost(host);
        if (tunnel == null) {
            answer(Problem.unknownHost(host));
            return;
        }
        if (!watch.allows(request)) {
            answer(watch.tooLarge());
            return;
        }
        TunnelSide side = new TunnelSide(
                tunnel,
                owner.translator()
                        .translate(request, found, new RequestTranslator.Marks(ray, webSocket, last && !webSocket)),
                this);
        awaitsContinue = expect != null && !last;
        tunnelSide = side;
        if (!side.open()) {
            tunnelSide = null;
            awaitsContinue = false;
            answer(Problem.noConnection(tunnel.name()));
        } else if (state == State.WAITING) {
            watch.start(!last && !webSocket, this::wantsBody);
        }
    }

    /** Answers with an error page, as the last on its connection. */
    void refuse(Problem problem) {
        keepAlive = owner.http2();
        answer(problem);
    }

    /** Answers with an error page, and gives the tunnel's stream up. */
    void answer(Problem problem) {
        if (state != State.WAITING) {
            abort();
            return;
        }
        watch.stop();
        cancelStream();
        status = problem.status();
        FullHttpResponse page =
                new ErrorPage(problem, ray).render(request.headers().get(HttpHeaderNames.ACCEPT));
        if (request.method().equals(HttpMethod.HEAD)) {
            page.content().clear();
        }
        prepareConnection(page);
        writer.page(page);
        finish();
    }

    /** Request body bytes. Takes over {@code data}. */
    void requestBody(ByteBuf data) {
        TunnelSide to = tunnelSide;
        if (to == null || state == State.DONE) {
            data.release();
            return;
        }
        if (!webSocket && !watch.takes(data.readableBytes())) {
            data.release();
            answer(watch.tooLarge());
            return;
        }
        to.body(data);
    }

    /** The request is complete. */
    void requestEnd(HttpHeaders trailers) {
        if (requestDone) {
            return;
        }
        requestDone = true;
        watch.complete();
        TunnelSide to = tunnelSide;
        if (state == State.PIPE) {
            endPipe();
        } else if (to != null && state != State.DONE && !webSocket) {
            to.end(trailers);
        }
    }

    /** Whether more of the request may be read now. */
    boolean wantsBody() {
        TunnelSide to = tunnelSide;
        return to == null || state == State.DONE || to.isWritable();
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isPipe() {
        return state == State.PIPE;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the eyeball may wait for a 100 that will not come, so that the rest of the request never arrives. */
    boolean awaitsContinue() {
        return awaitsContinue;
    }

    /** Whether the eyeball takes bytes again may have changed. */
    void eyeballWritabilityChanged() {
        writer.settle();
    }

    /** The eyeball's connection or stream is gone. */
    void eyeballGone() {
        if (state == State.DONE) {
            return;
        }
        if (state == State.PIPE) {
            endPipe();
        } else {
            status = PublicRequest.EYEBALL_LEFT;
            watch.stop();
            cancelStream();
        }
        state = State.DONE;
        log();
    }

    // END_STREAM rather than RST_STREAM, which could overtake the last bytes.
    private void endPipe() {
        TunnelSide to = tunnelSide;
        if (to != null) {
            to.end(EmptyHttpHeaders.INSTANCE);
            owner.context()
                    .executor()
                    .schedule(() -> to.reset(Http2Error.CANCEL), PIPE_END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void informational(Http2Headers headers) {
        if (awaitsContinue && state == State.WAITING && "100".contentEquals(headers.status())) {
            awaitsContinue = false;
            writer.head(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    @Override
    public void head(Http2Headers headers, boolean last) {
        if (state != State.WAITING) {
            return;
        }
        ConnectorAnswer answer = ConnectorAnswer.of(headers);
        if (answer instanceof ConnectorAnswer.Failed failed) {
            answer(failed.problem());
            return;
        }
        ConnectorAnswer.Origin origin = (ConnectorAnswer.Origin) answer;
        responseHeaders = HeaderFields.of(origin.headers());
        if (webSocket && !last && origin.switchesProtocol()) {
            becomePipe(origin.headers());
        } else if (webSocket && owner.http2() && origin.status() / 100 == 2) {
            // To whom asked by CONNECT it would mean that the WebSocket is open.
            answer(Problem.NO_WEBSOCKET);
        } else {
            respond(origin, last);
        }
    }

    private void becomePipe(HttpHeaders headers) {
        state = State.PIPE;
        watch.stop();
        status = HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.TRANSFER_ENCODING);
        EdgeFields.onPage(headers, ray);
        if (owner.http2()) {
            headers.remove(HttpHeaderNames.CONNECTION)
                    .remove(HttpHeaderNames.UPGRADE)
                    .remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
            writer.head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
            return;
        }
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        writer.head(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.SWITCHING_PROTOCOLS,
                Unpooled.EMPTY_BUFFER,
                headers,
                new DefaultHttpHeaders()));
        writer.goRaw();
        owner.becamePipe();
    }

    private void respond(ConnectorAnswer.Origin origin, boolean last) {
        HttpResponseStatus line = HttpResponseStatus.valueOf(origin.status());
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, line, origin.endToEnd());
        if (!body.begin(request.method(), response, last)) {
            answer(Problem.UNREADABLE_ANSWER);
            return;
        }
        if (body.isOpenEnded()) {
            frame(response);
        }
        state = State.ANSWERING;
        watch.stop();
        status = origin.status();
        EdgeFields.onAnswer(response.headers(), ray);
        if (awaitsContinue) {
            // The eyeball was not told to go on: whether it sends its body now, nobody knows.
            keepAlive = false;
        }
        prepareConnection(response);
        writer.head(response);
        if (last) {
            writer.end(null);
            finish();
        }
    }

    // Decides how the eyeball learns where a body of unknown length ends.
    private void frame(HttpResponse response) {
        if (owner.takesChunks(request)) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else if (!owner.http2()) {
            keepAlive = false;
            writer.endsWithConnection();
        }
    }

    private void prepareConnection(HttpResponse response) {
        if (!owner.http2()) {
            if (!keepAlive) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            }
        }
    }

    @Override
    public void body(ByteBuf data) {
        int size = data.readableBytes();
        if (state == State.DONE || !body.isAllowed()) {
            data.release();
            passedOn(size);
            return;
        }
        if (!body.takes(size)) {
            data.release();
            abort();
            return;
        }
        writer.body(data);
    }

    @Override
    public void end(@Nullable Http2Headers trailers) {
        if (state == State.DONE) {
            return;
        }
        if (body.isShort()) {
            abort();
            return;
        }
        writer.end(trailers == null ? null : ResponseTrailers.of(trailers));
        finish();
    }

    @Override
    public void reset(long errorCode) {
        if (state == State.WAITING) {
            answer(Problem.NO_ANSWER);
        } else {
            abort();
        }
    }

    @Override
    public void writabilityChanged() {
        owner.updateReading();
    }

    private void abort() {
        if (state == State.DONE) {
            return;
        }
        cancelStream();
        state = State.DONE;
        keepAlive = false;
        log();
        writer.abort();
    }

    private void finish() {
        if (webSocket || !requestDone) {
            // Our side of the stream is open: nothing more will come on it.
            cancelStream();
        }
        if (!requestDone) {
            writer.stopRequest();
        }
        state = State.DONE;
        log();
        owner.exchangeDone();
    }

    private void cancelStream() {
        TunnelSide to = tunnelSide;
        if (to != null) {
            to.reset(Http2Error.CANCEL);
        }
    }

    private void passedOn(int bytes) {
        TunnelSide from = tunnelSide;
        if (from != null) {
            from.consumed(bytes);
        }
    }

    private void log() {
        TunnelSide side = tunnelSide;
        owner.log(new PublicRequest(
                request.method().name(),
                host,
                path,
                status,
                Duration.ofNanos(System.nanoTime() - startNanos),
                writer.bytes(),
                side == null ? "-" : side.way(),
                side == null ? HeaderFields.NONE : side.requestHeaders(),
                responseHeaders));
    }
}
