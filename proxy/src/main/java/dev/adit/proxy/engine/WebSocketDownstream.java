package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server end of a WebSocket on a downstream: whoever serves it sees the bytes of binary messages and nothing else.
 * Text messages are dropped, as cloudflared does. Each piece that the server sends is one binary message. Confined to the
 * event loop of the downstream.
 *
 * <pre>
 *   OPEN ── server ends: close frame 1000 ──► what the eyeball still sends goes to the server, to its end
 *     ├──── eyeball's close frame, which is the end of its bytes ──► answered when the server ends as well
 *     └──── eyeball breaks the rules (1002), server fails (1011): close frame, both sides end at once
 * </pre>
 */
final class WebSocketDownstream implements Downstream {
    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final int INTERNAL_ERROR = 1011;

    private final Downstream stream;
    private final Duration pingEvery;
    private final Inbound inbound = new Inbound();
    private @Nullable Exchange server;
    private boolean accepted;
    private boolean receivedEnd;
    private boolean ended;
    private int closeCode = WebSocketFrames.NORMAL;
    private byte @Nullable [] pongDue;
    private @Nullable ScheduledFuture<?> nextPing;

    /** Speaks WebSocket on {@code stream} once the server has sent the head that accepts it. */
    WebSocketDownstream(Downstream stream, Duration pingEvery) {
        this.stream = stream;
        this.pingEvery = pingEvery;
    }

    /** What the downstream is to be told to: {@code exchange} serves, unless it has handed over already. */
    Exchange serving(Exchange exchange) {
        if (server == null) {
            server = exchange;
        }
        return inbound;
    }

    @Override
    public int connection() {
        return stream.connection();
    }

    @Override
    public EventLoop eventLoop() {
        return stream.eventLoop();
    }

    @Override
    public void continueBody() {}

    @Override
    public void head(ResponseHead head) {
        stream.head(head);
        accepted = head.bodyFollows();
        ended |= !accepted;
        if (accepted) {
            schedulePing();
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (ended) {
            data.release();
        } else if (data.isReadable()) {
            stream.body(frameHead(BINARY, data.readableBytes()));
            stream.body(data);
        } else {
            data.release();
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        sendClose(closeCode);
    }

    @Override
    public void finished() {
        stream.finished();
    }

    /** Tells the eyeball with a close frame, and the downstream that nothing more is wanted. */
    @Override
    public void abort(Failure failure) {
        if (!accepted) {
            ended = true;
            stream.abort(failure);
        } else if (!ended) {
            sendClose(receivedEnd ? closeCode : INTERNAL_ERROR);
            stream.finished();
        }
    }

    @Override
    public void abort(Failure failure, ResponseHead answer) {
        ended = true;
        stream.abort(failure, answer);
    }

    private void sendClose(int code) {
        if (ended) {
            return;
        }
        ended = true;
        stopPings();
        if (code == WebSocketFrames.NO_CODE) {
            stream.body(frameHead(CLOSE, 0));
        } else {
            stream.body(frameHead(CLOSE, 2).writeShort(code));
        }
        stream.end(null);
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void consumed(int bytes) {
        stream.consumed(bytes);
    }

    @Override
    public void handOver(Exchange next) {
        server = next;
    }

    /** With room for what a control frame carries. */
    private static ByteBuf frameHead(int first, int length) {
        ByteBuf head = Unpooled.buffer(16).writeByte(first);
        if (length < 126) {
            return head.writeByte(length);
        }
        return length < 65_536
                ? head.writeByte(126).writeShort(length)
                : head.writeByte(127).writeLong(length);
    }

    private void schedulePing() {
        nextPing = stream.eventLoop().schedule(this::ping, pingEvery.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An eyeball that takes nothing needs no sign of life. */
    private void ping() {
        if (!ended) {
            if (stream.isWritable()) {
                stream.body(frameHead(PING, 0));
            }
            schedulePing();
        }
    }

    private void stopPings() {
        ScheduledFuture<?> next = nextPing;
        if (next != null) {
            next.cancel(false);
            nextPing = null;
        }
    }

    /** What the eyeball sends. */
    private final class Inbound implements Exchange, WebSocketFrames.Listener {
        private final WebSocketFrames frames = new WebSocketFrames(this);

        @Override
        public void body(ByteBuf data) {
            int bytes = data.readableBytes();
            int passed;
            try {
                passed = receivedEnd ? 0 : frames.read(data);
            } finally {
                data.release();
            }
            if (bytes > passed) {
                stream.consumed(bytes - passed);
            }
        }

        @Override
        public void end(@Nullable HttpHeaders trailers) {
            eyeballEnded();
        }

        @Override
        public void downstreamWritable() {
            byte[] pong = pongDue;
            pongDue = null;
            if (pong != null) {
                ping(pong);
            }
            Exchange exchange = server;
            if (exchange != null) {
                exchange.downstreamWritable();
            }
        }

        @Override
        public void aborted() {
            ended = true;
            receivedEnd = true;
            stopPings();
            Exchange exchange = server;
            if (exchange != null) {
                exchange.aborted();
            }
        }

        @Override
        public void binary(ByteBuf piece) {
            Exchange exchange = server;
            if (exchange == null) {
                int bytes = piece.readableBytes();
                piece.release();
                stream.consumed(bytes);
            } else {
                exchange.body(piece);
            }
        }

        /** Only the latest of several that could not be answered at once needs an answer (RFC 6455 §5.5.3). */
        @Override
        public void ping(byte[] payload) {
            if (ended || !accepted || !stream.isWritable()) {
                pongDue = ended ? null : payload;
            } else {
                stream.body(Unpooled.wrappedBuffer(frameHead(PONG, payload.length), Unpooled.wrappedBuffer(payload)));
            }
        }

        @Override
        public void close(int code) {
            closeCode = code;
            eyeballEnded();
        }

        @Override
        public void violation(String what) {
            receivedEnd = true;
            Exchange exchange = server;
            if (accepted) {
                sendClose(WebSocketFrames.PROTOCOL_ERROR);
                stream.finished();
            } else {
                ended = true;
                stream.abort(new Failure(Failure.Kind.BAD_REQUEST, what));
            }
            if (exchange != null) {
                exchange.aborted();
            }
        }

        private void eyeballEnded() {
            if (!receivedEnd) {
                receivedEnd = true;
                Exchange exchange = server;
                if (exchange != null) {
                    exchange.end(null);
                }
            }
        }
    }
}
