package dev.adit.proxy.engine;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads the frames that a WebSocket client sends (RFC 6455 §5), piece by piece: a message is passed on as it comes and
 * never collected, so it may have any size. Only control frames, at most 125 bytes, are held.
 */
final class WebSocketFrames {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_CODE = 1005;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MOST_CONTROL_BYTES = 125;

    /** Hears what the frames say. */
    interface Listener {
        /** A piece of a binary message, to be taken over. */
        void binary(ByteBuf piece);

        /** A ping that wants {@code payload} back. */
        void ping(byte[] payload);

        /** The client sends no more; {@link #NO_CODE} if it does not say why. Nothing follows. */
        void close(int code);

        /** The client broke the rules. Nothing follows. */
        void violation(String what);
    }

    private final Listener listener;
    private final byte[] header = new byte[14];
    private final byte[] control = new byte[MOST_CONTROL_BYTES];
    private int headerBytes;
    private int controlBytes;
    private boolean inPayload;
    private boolean ended;
    /** Of the frame in hand. */
    private int opcode;

    private boolean last;
    private int mask;
    private long payloadBytes;
    private long payloadRead;
    /** Of the message in hand; {@link #CONTINUATION} if there is none. */
    private int message = CONTINUATION;

    WebSocketFrames(Listener listener) {
        this.listener = listener;
    }

    /** Reads {@code data}, which it borrows and changes; how many of its bytes the listener took over. */
    int read(ByteBuf data) {
        int passed = 0;
        while (!ended && data.isReadable()) {
            if (inPayload) {
                passed += readPayload(data);
            } else {
                header[headerBytes++] = data.readByte();
                readHeader();
            }
        }
        return passed;
    }

    private void readHeader() {
        if (headerBytes < 2) {
            return;
        }
        int length = header[1] & 0x7f;
        int lengthBytes = length == 127 ? 8 : length == 126 ? 2 : 0;
        if (headerBytes == 2) {
            checkStart(length);
        }
        if (ended || headerBytes < 2 + lengthBytes + 4) {
            return;
        }
        payloadBytes = lengthBytes == 0 ? length : number(2, lengthBytes);
        mask = (int) number(2 + lengthBytes, 4);
        if (payloadBytes < 0) {
            violation("a length of more than 63 bits");
            return;
        }
        headerBytes = 0;
        payloadRead = 0;
        controlBytes = 0;
        inPayload = true;
        if (payloadBytes == 0) {
            endFrame();
        }
    }

    private void checkStart(int length) {
        last = (header[0] & 0x80) != 0;
        opcode = header[0] & 0x0f;
        boolean isControl = opcode >= CLOSE;
        if ((header[0] & 0x70) != 0) {
            violation("an extension that was not agreed on");
        } else if ((header[1] & 0x80) == 0) {
            violation("a frame without mask");
        } else if (opcode > PONG || (opcode > BINARY && opcode < CLOSE)) {
            violation("unknown opcode " + opcode);
        } else if (isControl && (!last || length > MOST_CONTROL_BYTES)) {
            violation("a control frame in pieces or with more than 125 bytes");
        } else if (!isControl && (opcode == CONTINUATION) == (message == CONTINUATION)) {
            violation("a message in the middle of another, or a continuation of none");
        } else if (opcode == TEXT || opcode == BINARY) {
            message = opcode;
        }
    }

    private long number(int from, int bytes) {
        long number = 0;
        for (int i = from; i < from + bytes; i++) {
            number = number << 8 | (header[i] & 0xff);
        }
        return number;
    }

    private int readPayload(ByteBuf data) {
        int bytes = (int) Math.min(payloadBytes - payloadRead, data.readableBytes());
        unmask(data, bytes);
        payloadRead += bytes;
        int passed = 0;
        if (opcode >= CLOSE) {
            data.readBytes(control, controlBytes, bytes);
            controlBytes += bytes;
        } else if (message == BINARY) {
            passed = bytes;
            // The piece outlives this call, its buffer is the caller's.
            listener.binary(data.readRetainedSlice(bytes));
        } else {
            data.skipBytes(bytes);
        }
        if (payloadRead == payloadBytes) {
            endFrame();
        }
        return passed;
    }

    private void unmask(ByteBuf data, int bytes) {
        int turned = Integer.rotateLeft(mask, (int) (payloadRead & 3) * 8);
        long wide = (long) turned << 32 | (turned & 0xffff_ffffL);
        int at = data.readerIndex();
        int end = at + bytes;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            data.setLong(at, data.getLong(at) ^ wide);
        }
        for (int i = 24; at < end; at++, i -= 8) {
            data.setByte(at, data.getByte(at) ^ (turned >>> (i & 31)));
        }
    }

    private void endFrame() {
        inPayload = false;
        if (opcode < CLOSE) {
            message = last ? CONTINUATION : message;
        } else if (opcode == PING) {
            listener.ping(Arrays.copyOf(control, controlBytes));
        } else if (opcode == CLOSE) {
            readClose();
        }
    }

    private void readClose() {
        int code = controlBytes < 2 ? NO_CODE : (control[0] & 0xff) << 8 | (control[1] & 0xff);
        if (controlBytes == 1 || (controlBytes > 1 && !isAllowed(code))) {
            violation("a close frame with a code that nobody may send");
        } else {
            ended = true;
            listener.close(code);
        }
    }

    /** RFC 6455 §7.4. */
    private static boolean isAllowed(int code) {
        return (code >= NORMAL && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
    }

    private void violation(String what) {
        ended = true;
        listener.violation(what);
    }
}
