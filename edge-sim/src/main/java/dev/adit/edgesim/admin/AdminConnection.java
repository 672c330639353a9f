package dev.adit.edgesim.admin;

import dev.adit.edgesim.guard.Newcomers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the API. Requests are read one message at a time, and the next one only when the answer before it has
 * left, so that a client that asks and does not read costs one answer.
 *
 * <pre>
 *   HEAD ──head──► BODY ──last content──► ANSWERING ──written──► HEAD, or LEAVING after the last answer
 *                                             └──endless──► STREAMING ──client gone or too slow──► closed
 * </pre>
 *
 * Confined to the event loop of its channel.
 */
final class AdminConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);

    private enum State {
        HEAD,
        BODY,
        ANSWERING,
        STREAMING,
        LEAVING
    }

    private final Gate gate;
    private final Deadline deadline;
    private final AdminServer.Streams streams;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Queue<Object> waiting = new ArrayDeque<>(4);
    private State state = State.HEAD;
    private @Nullable Admission admission;
    private @Nullable AdminAnswer refusal;
    private boolean last;

    AdminConnection(Gate gate, Deadline deadline, AdminServer.Streams streams) {
        this.gate = gate;
        this.deadline = deadline;
        this.streams = streams;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline.restart();
        ctx.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.stop();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("{} closing after {}", ctx.channel(), cause.toString());
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        pump(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readIfDone(ctx);
    }

    // A read brings at most what fits into one buffer; what it holds beyond one request waits for the answer.
    private void pump(ChannelHandlerContext ctx) {
        while (state != State.ANSWERING && !waiting.isEmpty()) {
            Object message = waiting.remove();
            try {
                handle(ctx, message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    private void readIfDone(ChannelHandlerContext ctx) {
        if (state != State.ANSWERING && waiting.isEmpty()) {
            ctx.read();
        }
    }

    private void handle(ChannelHandlerContext ctx, Object message) {
        if (state == State.STREAMING) {
            // Nothing may follow a request for an endless answer but its own end.
            if (message != LastHttpContent.EMPTY_LAST_CONTENT) {
                ctx.close();
            }
        } else if (state != State.LEAVING) {
            if (message instanceof HttpRequest head) {
                head(ctx, head);
            }
            if (message instanceof HttpContent content && state == State.BODY) {
                content(ctx, content);
            }
        }
    }

    private void head(ChannelHandlerContext ctx, HttpRequest head) {
        state = State.BODY;
        body.reset();
        admission = null;
        refusal = null;
        deadline.restart();
        if (!head.decoderResult().isSuccess()) {
            last = true;
            answer(ctx, unreadable(head.decoderResult()));
            return;
        }
        last = !HttpUtil.isKeepAlive(head);
        try {
            admission = gate.admit(head);
        } catch (Rejection e) {
            refusal = e.answer();
            if (isUnbounded(head)) {
                last = true;
                answer(ctx, refusal);
                return;
            }
        }
        if (HttpUtil.is100ContinueExpected(head)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    // Whether the rest of a refused request is not worth waiting for, or its end can't be told.
    private static boolean isUnbounded(HttpRequest head) {
        return HttpUtil.is100ContinueExpected(head)
                || HttpUtil.isTransferEncodingChunked(head)
                || head.headers().contains("transfer-encoding")
                || !head.protocolVersion().isKeepAliveDefault()
                || HttpUtil.getContentLength(head, 0L) > Gate.MAX_BODY_BYTES;
    }

    private static AdminAnswer unreadable(DecoderResult result) {
        if (result.cause() instanceof TooLongHttpLineException) {
            return Envelope.error(414, 1000, "The request line is too long.");
        }
        if (result.cause() instanceof TooLongHttpHeaderException) {
            return Envelope.error(431, 1000, "The request headers are too large.");
        }
        return Envelope.error(400, 1000, "The request is not valid HTTP.");
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) {
        if (!content.decoderResult().isSuccess()) {
            last = true;
            answer(ctx, Envelope.error(400, 1000, "The body is not valid HTTP."));
            return;
        }
        ByteBuf data = content.content();
        if (body.size() + data.readableBytes() > Gate.MAX_BODY_BYTES) {
            last = true;
            answer(ctx, Gate.tooLarge().answer());
            return;
        }
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        body.writeBytes(bytes);
        if (content instanceof LastHttpContent) {
            AdminAnswer refused = refusal;
            Admission admitted = admission;
            answer(ctx, refused != null || admitted == null ? notNull(refused) : ask(admitted));
        }
    }

    private static AdminAnswer notNull(@Nullable AdminAnswer refused) {
        return refused == null ? Envelope.error(400, 1000, "The request has no head.") : refused;
    }

    private AdminAnswer ask(Admission admitted) {
        try {
            return admitted.match().handler().handle(new AdminRequest(admitted, body.toByteArray()));
        } catch (Rejection e) {
            return e.answer();
        } catch (RuntimeException e) {
            log.error(
                    "request failed path=/{}",
                    String.join("/", admitted.target().segments()),
                    e);
            return Envelope.error(500, 10_500, "The simulator failed to answer; its log says more.");
        }
    }

    private void answer(ChannelHandlerContext ctx, AdminAnswer answer) {
        state = State.ANSWERING;
        deadline.restart();
        if (answer instanceof AdminAnswer.Streamed streamed) {
            stream(ctx, streamed);
        } else if (answer instanceof AdminAnswer.Whole whole) {
            ChannelFuture written = ctx.writeAndFlush(AnswerWriter.whole(whole, last));
            written.addListener(done -> {
                if (done.isSuccess()) {
                    answered(ctx);
                }
            });
        }
    }

    private void answered(ChannelHandlerContext ctx) {
        deadline.restart();
        if (last) {
            // What the client still sends is read and dropped: closing at once could destroy the answer on its way.
            state = State.LEAVING;
            if (ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                ctx.close();
            }
        } else {
            state = State.HEAD;
        }
        pump(ctx);
        readIfDone(ctx);
    }

    private void stream(ChannelHandlerContext ctx, AdminAnswer.Streamed answer) {
        if (!streams.open(ctx.channel())) {
            last = true;
            answer(ctx, Envelope.error(503, 10_503, "Too many endless answers are open."));
            return;
        }
        state = State.STREAMING;
        deadline.stop();
        Newcomers.settled(ctx.channel());
        ctx.writeAndFlush(AnswerWriter.endless(answer));
        answer.opened().accept(new ChannelStream(ctx.channel()));
    }
}
