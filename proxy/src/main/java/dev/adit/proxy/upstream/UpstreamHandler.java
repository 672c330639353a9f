package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last handler of an origin connection: turns decoded messages into calls of the {@link UpstreamListener}. Interim
 * responses (1xx) and the empty end that the decoder puts after each are dropped.
 */
final class UpstreamHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(UpstreamHandler.class);

    /** The connection that a channel carries. */
    static final AttributeKey<Http1Connection> CONNECTION = AttributeKey.valueOf(Http1Connection.class, "");

    private final Http1Connection connection;
    private final UpstreamDecoder decoder;
    private boolean keepAlive;
    private boolean headSeen;
    private boolean interim;

    UpstreamHandler(Http1Connection connection, UpstreamDecoder decoder) {
        this.connection = connection;
        this.decoder = decoder;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!connection.isBusy()) {
            // The rest of a batch whose exchange has ended.
            ReferenceCountUtil.release(message);
            ctx.close();
        } else if (message instanceof HttpResponse response) {
            onResponse(response);
        } else if (message instanceof HttpContent content) {
            onContent(content);
        } else if (message instanceof ByteBuf data) {
            onBody(data);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void onResponse(HttpResponse response) {
        if (isMalformed(response.decoderResult())) {
            ReferenceCountUtil.release(response);
            return;
        }
        int status = response.status().code();
        interim = status < 200 && status != 101;
        if (interim) {
            return;
        }
        if (status == 101 && !connection.awaitsUpgrade()) {
            connection.failed(new Failure(Kind.BAD_RESPONSE, "101 to a request that asked for no upgrade"));
            return;
        }
        if (hasUnknownCoding(response)) {
            connection.failed(new Failure(Kind.BAD_RESPONSE, "a transfer coding other than chunked"));
            return;
        }
        headSeen = true;
        keepAlive = HttpUtil.isKeepAlive(response);
        UpstreamListener listener = connection.listener();
        if (listener != null) {
            listener.responseHead(status, response.headers(), bodyFollows(response, status));
        }
    }

    /** Nobody downstream would know how to undo it, and the field that names it ends here. */
    private static boolean hasUnknownCoding(HttpResponse response) {
        for (String coding : response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
            if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)
                    && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(coding)) {
                return true;
            }
        }
        return false;
    }

    private boolean bodyFollows(HttpResponse response, int status) {
        if (status == 101) {
            return true;
        }
        if (connection.isHead() || status == 204 || status == 304) {
            return false;
        }
        return HttpUtil.isTransferEncodingChunked(response) || HttpUtil.getContentLength(response, -1L) != 0;
    }

    private void onContent(HttpContent content) {
        if (isMalformed(content.decoderResult())) {
            content.release();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (interim || connection.isRaw()) {
            content.release();
            interim &= !last;
            return;
        }
        onBody(content.content());
        if (last) {
            headSeen = false;
            boolean inStep = keepAlive && !decoder.hasMore();
            connection.responseEnded(((LastHttpContent) content).trailingHeaders(), inStep);
        }
    }

    private void onBody(ByteBuf data) {
        UpstreamListener listener = connection.listener();
        if (listener == null || !data.isReadable()) {
            data.release();
        } else {
            listener.responseBody(data);
        }
    }

    private boolean isMalformed(DecoderResult result) {
        if (result.isFailure()) {
            fail(Kind.BAD_RESPONSE, "malformed response: " + result.cause().getMessage());
            return true;
        }
        return false;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamListener listener = connection.listener();
        if (listener != null && ctx.channel().isWritable()) {
            listener.upstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (connection.isRaw()) {
                connection.inputEnded();
            } else {
                closedByOrigin();
            }
        } else if (event instanceof ChannelOutputShutdownEvent
                && connection.isRaw()
                && ctx.channel() instanceof DuplexChannel channel
                && channel.isInputShutdown()) {
            // Nothing can be sent and nothing will come; a close by us or by the origin is not seen otherwise.
            fail(Kind.RESET_IN_BODY, "the origin takes no more bytes");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (connection.isRaw()) {
            connection.inputEnded();
        }
        closedByOrigin();
    }

    private void closedByOrigin() {
        if (headSeen) {
            fail(Kind.RESET_IN_BODY, "connection closed in the middle of the body");
        } else {
            fail(Kind.RESET_BEFORE_HEAD, "connection closed before a response head");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("origin connection failed channel={}", ctx.channel(), cause);
        fail(headSeen ? Kind.RESET_IN_BODY : Kind.RESET_BEFORE_HEAD, cause.toString());
    }

    private void fail(Kind kind, String detail) {
        connection.failed(new Failure(kind, detail));
    }
}
