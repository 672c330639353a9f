package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on which the eyeball speaks SOCKS5 (RFC 1928): CONNECT and no authentication. Becomes a {@link StreamExchange}
 * once the connection is up. Confined to the event loop of the downstream.
 *
 * <pre>
 *   GREETING ──► REQUEST ──► DIALING ── connected ──► DONE (StreamExchange)
 *       └───────────┴── not understood, not allowed, not reached: answer, end ──► DONE
 * </pre>
 */
final class SocksExchange implements Exchange, UpstreamListener {
    private static final int VERSION = 5;
    private static final int CONNECT = 1;
    private static final int NO_AUTHENTICATION = 0;
    private static final int NO_METHOD = 0xff;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    /** RFC 1928 §6. */
    private static final int SUCCEEDED = 0;

    private static final int GENERAL_FAILURE = 1;
    private static final int NOT_ALLOWED = 2;
    private static final int HOST_UNREACHABLE = 4;
    private static final int REFUSED = 5;
    private static final int NO_SUCH_COMMAND = 7;
    private static final int NO_SUCH_ADDRESS_TYPE = 8;

    private enum State {
        GREETING,
        REQUEST,
        DIALING,
        DONE
    }

    private final Downstream downstream;
    private final Duration halfOpenIdle;
    private final BiConsumer<InetSocketAddress, UpstreamListener> dial;
    private final Upload upload;
    private final ByteBuf received = Unpooled.buffer(64);
    private State state = State.GREETING;

    /** The head that accepts the stream has been sent; {@code dial} gets a connection to an unresolved address. */
    SocksExchange(Downstream downstream, Duration halfOpenIdle, BiConsumer<InetSocketAddress, UpstreamListener> dial) {
        this.downstream = downstream;
        this.halfOpenIdle = halfOpenIdle;
        this.dial = dial;
        upload = new Upload(downstream);
    }

    @Override
    public void body(ByteBuf data) {
        if (state == State.DONE) {
            int bytes = data.readableBytes();
            data.release();
            downstream.consumed(bytes);
        } else if (state == State.DIALING) {
            upload.body(data);
        } else {
            received.writeBytes(data);
            data.release();
            int before = received.readableBytes();
            readMessages();
            if (state == State.DIALING && received.isReadable()) {
                // What came behind the request is for the destination, and gets its credit there.
                downstream.consumed(before - received.readableBytes());
                upload.body(received.readBytes(received.readableBytes()));
            } else {
                downstream.consumed(before);
            }
        }
    }

    private void readMessages() {
        if (state == State.GREETING && isComplete(greetingBytes())) {
            greet();
        }
        if (state == State.REQUEST && isComplete(requestBytes())) {
            request();
        }
    }

    /** @param bytes how many a message has, 0 if that is not known yet */
    private boolean isComplete(int bytes) {
        return bytes > 0 && received.readableBytes() >= bytes;
    }

    private int greetingBytes() {
        return received.readableBytes() < 2 ? 0 : 2 + received.getUnsignedByte(received.readerIndex() + 1);
    }

    private int requestBytes() {
        if (received.readableBytes() < 5) {
            return 0;
        }
        int at = received.readerIndex();
        return switch (received.getByte(at + 3)) {
            case IPV4 -> 10;
            case IPV6 -> 22;
            case NAME -> 7 + received.getUnsignedByte(at + 4);
            default -> 5;
        };
    }

    private void greet() {
        int version = received.readUnsignedByte();
        boolean open = false;
        for (int methods = received.readUnsignedByte(); methods > 0; methods--) {
            open |= received.readUnsignedByte() == NO_AUTHENTICATION;
        }
        if (version != VERSION) {
            finish();
            return;
        }
        downstream.body(Unpooled.buffer(2).writeByte(VERSION).writeByte(open ? NO_AUTHENTICATION : NO_METHOD));
        if (open) {
            state = State.REQUEST;
        } else {
            finish();
        }
    }

    private void request() {
        int version = received.readUnsignedByte();
        int command = received.readUnsignedByte();
        received.skipBytes(1);
        int type = received.readUnsignedByte();
        if (version != VERSION) {
            refuse(GENERAL_FAILURE);
        } else if (command != CONNECT) {
            refuse(NO_SUCH_COMMAND);
        } else if (type != IPV4 && type != IPV6 && type != NAME) {
            refuse(NO_SUCH_ADDRESS_TYPE);
        } else {
            String host = host(type);
            int port = received.readUnsignedShort();
            if (host.isEmpty() || port == 0) {
                refuse(GENERAL_FAILURE);
            } else {
                state = State.DIALING;
                dial.accept(InetSocketAddress.createUnresolved(host, port), this);
            }
        }
    }

    private String host(int type) {
        int length = type == IPV4 ? 4 : type == IPV6 ? 16 : received.readUnsignedByte();
        byte[] bytes = new byte[length];
        received.readBytes(bytes);
        return type == NAME ? new String(bytes, StandardCharsets.ISO_8859_1) : NetUtil.bytesToIpAddress(bytes);
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (state != State.DIALING) {
            connection.close();
            return;
        }
        state = State.DONE;
        downstream.body(reply(SUCCEEDED));
        new StreamExchange(downstream, connection, upload, halfOpenIdle).start();
    }

    @Override
    public void upstreamFailed(Failure failure) {
        if (state == State.DIALING) {
            refuse(
                    switch (failure.kind()) {
                        case FORBIDDEN -> NOT_ALLOWED;
                        case UNRESOLVED, CONNECT_TIMEOUT -> HOST_UNREACHABLE;
                        case REFUSED -> REFUSED;
                        default -> GENERAL_FAILURE;
                    });
        }
    }

    private void refuse(int code) {
        downstream.body(reply(code));
        finish();
    }

    /** The address in a reply matters to nobody after CONNECT. */
    private static ByteBuf reply(int code) {
        return Unpooled.buffer(10)
                .writeByte(VERSION)
                .writeByte(code)
                .writeByte(0)
                .writeByte(IPV4)
                .writeInt(0)
                .writeShort(0);
    }

    private void finish() {
        aborted();
        downstream.end(null);
        downstream.finished();
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        if (state == State.DIALING) {
            upload.end(null);
        } else if (state != State.DONE) {
            finish();
        }
    }

    @Override
    public void aborted() {
        if (state != State.DONE) {
            state = State.DONE;
            // An unpooled heap buffer, which nobody reads any more.
            received.clear();
            upload.discard();
        }
    }

    @Override
    public void downstreamWritable() {}

    @Override
    public void upstreamWritable() {}

    @Override
    public void responseHead(int status, HttpHeaders headers, boolean bodyFollows) {}

    @Override
    public void responseBody(ByteBuf data) {
        data.release();
    }

    @Override
    public void responseEnd(@Nullable HttpHeaders trailers) {}
}
