package dev.adit.edgesim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/** A TLS 1.3 ClientHello by hand: the shape of cloudflared's, whose only key share is of a group the server may not know. */
final class ClientHello {
    // A draft of the group that cloudflared offers; nobody implements it any more.
    private static final int UNKNOWN_GROUP = 0x6399;
    private static final int X25519MLKEM768 = 0x11ec;
    private static final int P256 = 0x0017;
    private static final int SHARE_BYTES = 1216;

    private ClientHello() {}

    /** Offers a group that no server knows, with a key share of it, and P-256 without one. */
    static byte[] withUnknownKeyShare(String serverName) {
        return of(serverName, new byte[SHARE_BYTES], UNKNOWN_GROUP, P256);
    }

    /** Offers X25519MLKEM768 only, as cloudflared does with {@code --post-quantum}. */
    static byte[] postQuantumOnly(String serverName) {
        MLKEMKeyPairGenerator lattice = new MLKEMKeyPairGenerator();
        lattice.init(new MLKEMKeyGenerationParameters(new SecureRandom(), MLKEMParameters.ml_kem_768));
        MLKEMPublicKeyParameters encapsulation =
                (MLKEMPublicKeyParameters) lattice.generateKeyPair().getPublic();
        byte[] curve = new X25519PrivateKeyParameters(new SecureRandom())
                .generatePublicKey()
                .getEncoded();
        byte[] share = Unpooled.copiedBuffer(encapsulation.getEncoded(), curve).array();
        return of(serverName, share, X25519MLKEM768);
    }

    private static byte[] of(String serverName, byte[] share, int... groups) {
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
        ByteBuf supported = Unpooled.buffer().writeShort(2 * groups.length);
        for (int group : groups) {
            supported.writeShort(group);
        }
        extension(extensions, 10, supported);
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
                        .writeShort(share.length + 4)
                        .writeShort(groups[0])
                        .writeShort(share.length)
                        .writeBytes(share));
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
        return group(record, 2);
    }

    /** The group of the key share in a ServerHello; -1 if {@code record} is none. */
    static int agreedGroup(byte[] record) {
        // ML-KEM ciphertext and X25519 key, behind the group and their length.
        return group(record, 4 + 1088 + 32);
    }

    private static int group(byte[] record, int shareBytes) {
        ByteBuf in = Unpooled.wrappedBuffer(record);
        in.skipBytes(5 + 4 + 2 + 32);
        in.skipBytes(in.readByte());
        in.skipBytes(2 + 1);
        int end = in.readUnsignedShort() + in.readerIndex();
        while (in.readerIndex() < Math.min(end, record.length) && in.isReadable(4)) {
            int type = in.readUnsignedShort();
            int size = in.readUnsignedShort();
            if (type == 51) {
                return size == shareBytes ? in.readUnsignedShort() : -1;
            }
            in.skipBytes(size);
        }
        return -1;
    }
}
