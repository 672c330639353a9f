package dev.adit.edgesim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A TLS 1.3 ClientHello by hand: the shape of cloudflared's, whose only key share is of a group the server may not know. */
final class ClientHello {
    // A draft of the group that cloudflared offers; nobody implements it any more.
    private static final int UNKNOWN_GROUP = 0x6399;
    private static final int P256 = 0x0017;
    private static final int SHARE_BYTES = 1216;

    private ClientHello() {}

    static byte[] withUnknownKeyShare(String serverName) {
        ByteBuf extensions = Unpooled.buffer();
        byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
        extension(
                extensions,
                0,
                Unpooled.buffer()
                        .writeShort(name.length + 3)
                        .writeByte(0)
                        .writeShort(name.length)
                        .writeBytes(name));
        extension(
                extensions,
                10,
                Unpooled.buffer().writeShort(4).writeShort(UNKNOWN_GROUP).writeShort(P256));
        extension(
                extensions,
                13,
                Unpooled.buffer().writeShort(4).writeShort(0x0403).writeShort(0x0804));
        extension(
                extensions,
                43,
                Unpooled.buffer().writeByte(4).writeShort(0x0304).writeShort(0x0303));
        extension(
                extensions,
                51,
                Unpooled.buffer()
                        .writeShort(SHARE_BYTES + 4)
                        .writeShort(UNKNOWN_GROUP)
                        .writeShort(SHARE_BYTES)
                        .writeZero(SHARE_BYTES));
        ByteBuf body = Unpooled.buffer()
                .writeShort(0x0303)
                .writeZero(32)
                .writeByte(32)
                .writeZero(32)
                .writeShort(4)
                .writeShort(0xc02b)
                .writeShort(0x1301)
                .writeByte(1)
                .writeByte(0)
                .writeShort(extensions.readableBytes())
                .writeBytes(extensions);
        ByteBuf record = Unpooled.buffer()
                .writeByte(22)
                .writeShort(0x0301)
                .writeShort(body.readableBytes() + 4)
                .writeByte(1)
                .writeMedium(body.readableBytes())
                .writeBytes(body);
        return ByteBufUtil.getBytes(record);
    }

    private static void extension(ByteBuf out, int type, ByteBuf content) {
        out.writeShort(type).writeShort(content.readableBytes()).writeBytes(content);
    }

    /** The group that a HelloRetryRequest asks for; -1 if {@code record} is none. */
    static int retryGroup(byte[] record) {
        ByteBuf in = Unpooled.wrappedBuffer(record);
        in.skipBytes(5 + 4 + 2 + 32);
        in.skipBytes(in.readByte());
        in.skipBytes(2 + 1);
        int end = in.readUnsignedShort() + in.readerIndex();
        while (in.readerIndex() < Math.min(end, record.length) && in.isReadable(4)) {
            int type = in.readUnsignedShort();
            int size = in.readUnsignedShort();
            if (type == 51) {
                return size == 2 ? in.readUnsignedShort() : -1;
            }
            in.skipBytes(size);
        }
        return -1;
    }
}
