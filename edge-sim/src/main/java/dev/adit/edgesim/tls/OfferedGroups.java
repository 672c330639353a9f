package dev.adit.edgesim.tls;

import io.netty.buffer.ByteBuf;

/** Reads from a ClientHello which key exchange groups the client can do (RFC 8446 §4.1.2 and §4.2.7). */
final class OfferedGroups {
    /** X25519MLKEM768: X25519 together with ML-KEM-768, safe against quantum computers. */
    static final int X25519MLKEM768 = 0x11ec;

    private static final int SUPPORTED_GROUPS = 10;
    // Version and random.
    private static final int FIXED_BYTES = 34;

    private OfferedGroups() {}

    /** Whether {@code hello}, the message without its header, lists {@code group}. Borrows {@code hello}. */
    static boolean contain(ByteBuf hello, int group) {
        ByteBuf in = hello.duplicate();
        try {
            in.skipBytes(FIXED_BYTES);
            in.skipBytes(in.readUnsignedByte());
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SUPPORTED_GROUPS) {
                    return lists(content.readSlice(content.readUnsignedShort()), group);
                }
            }
            return false;
        } catch (IndexOutOfBoundsException e) {
            // Cut short or nonsense: whoever answers it will say so.
            return false;
        }
    }

    private static boolean lists(ByteBuf groups, int wanted) {
        while (groups.isReadable()) {
            if (groups.readUnsignedShort() == wanted) {
                return true;
            }
        }
        return false;
    }
}
