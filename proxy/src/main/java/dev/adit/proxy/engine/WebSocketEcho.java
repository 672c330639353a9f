package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Sends every WebSocket frame back as it comes, without the client's mask: messages of any kind, size and number of
 * pieces, a pong for a ping, and the client's own close frame. Credit for what an eyeball that does not read sends is held
 * back. Confined to the event loop of the downstream.
 */
final class WebSocketEcho implements Exchange {
    private static final int OPCODE = 0x0f;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;

    private final Downstream stream;
    private final ByteBuf header = Unpooled.buffer(14);
    private final byte[] mask = new byte[MASK_BYTES];
    private long payloadLeft;
    private long payloadRead;
    private boolean inPayload;
    private boolean closing;
    private boolean ended;
    private int owed;

    /** Echoes on {@code stream}, whose head has been sent. */
    WebSocketEcho(Downstream stream) {
        this.stream = stream;
    }

    @Override
    public void body(ByteBuf data) {
        owed += data.readableBytes();
        try {
            while (!ended && data.isReadable()) {
                if (inPayload) {
                    readPayload(data);
                } else {
                    header.writeByte(data.readByte());
                    readHeader();
                }
            }
        } finally {
            data.release();
        }
        if (ended || stream.isWritable()) {
            giveCredit();
        }
    }

    private void readHeader() {
        if (header.readableBytes() < 2) {
            return;
        }
        int length = header.getByte(1) & 0x7f;
        int lengthBytes = length == 127 ? Long.BYTES : length == 126 ? Short.BYTES : 0;
        if ((header.getByte(1) & MASKED) == 0) {
            finish();
        } else if (header.readableBytes() == 2 + lengthBytes + MASK_BYTES) {
            payloadLeft = switch (lengthBytes) {
                case 0 -> length;
                case Short.BYTES -> header.getUnsignedShort(2);
                default -> header.getLong(2);
            };
            if (payloadLeft < 0) {
                finish();
                return;
            }
            header.getBytes(2 + lengthBytes, mask);
            int opcode = header.getByte(0) & OPCODE;
            closing = opcode == CLOSE;
            ByteBuf answer = Unpooled.buffer(2 + lengthBytes)
                    .writeByte(opcode == PING ? header.getByte(0) - PING + PONG : header.getByte(0))
                    .writeByte(length)
                    .writeBytes(header, 2, lengthBytes);
            stream.body(answer);
            header.clear();
            payloadRead = 0;
            inPayload = true;
            endFrameIfRead();
        }
    }

    private void readPayload(ByteBuf data) {
        int bytes = (int) Math.min(payloadLeft, data.readableBytes());
        ByteBuf plain = Unpooled.buffer(bytes);
        for (int i = 0; i < bytes; i++) {
            plain.writeByte(data.readByte() ^ mask[(int) (payloadRead++ & 3)]);
        }
        payloadLeft -= bytes;
        stream.body(plain);
        endFrameIfRead();
    }

    private void endFrameIfRead() {
        if (payloadLeft == 0) {
            inPayload = false;
            if (closing) {
                finish();
            }
        }
    }

    private void finish() {
        if (!ended) {
            ended = true;
            stream.end(null);
            stream.finished();
        }
    }

    private void giveCredit() {
        int bytes = owed;
        owed = 0;
        if (bytes > 0) {
            stream.consumed(bytes);
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        finish();
    }

    @Override
    public void downstreamWritable() {
        giveCredit();
    }

    @Override
    public void aborted() {
        ended = true;
    }
}
