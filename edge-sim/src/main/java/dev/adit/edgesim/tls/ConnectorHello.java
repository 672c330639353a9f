package dev.adit.edgesim.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a connector's ClientHello (RFC 8446 §4.1.2).
 *
 * @param serverName the name it asks for; null if it names none
 * @param postQuantum whether it can do X25519MLKEM768: X25519 together with ML-KEM-768, safe against quantum computers
 */
public record ConnectorHello(@Nullable String serverName, boolean postQuantum) {
    private static final int X25519MLKEM768 = 0x11ec;
    private static final int SERVER_NAME = 0;
    private static final int SUPPORTED_GROUPS = 10;
    // Version and random.
    private static final int FIXED_BYTES = 34;
    // Length of the list, type and length of its only name.
    private static final int NAME_HEADER_BYTES = 5;

    /** Reads {@code message}, which comes without its header and is borrowed; what is cut short counts as not there. */
    public static ConnectorHello read(ByteBuf message) {
        ByteBuf in = message.duplicate();
        String serverName = null;
        boolean postQuantum = false;
        try {
            in.skipBytes(FIXED_BYTES);
            in.skipBytes(in.readUnsignedByte());
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SERVER_NAME) {
                    serverName = content.skipBytes(NAME_HEADER_BYTES).toString(StandardCharsets.US_ASCII);
                } else if (type == SUPPORTED_GROUPS) {
                    postQuantum = lists(content.readSlice(content.readUnsignedShort()), X25519MLKEM768);
                }
            }
        } catch (IndexOutOfBoundsException e) {
            // Cut short or nonsense: the TLS that answers it will say so.
            return new ConnectorHello(serverName, postQuantum);
        }
        return new ConnectorHello(serverName, postQuantum);
    }

    private static boolean lists(ByteBuf groups, int wanted) {
        while (groups.isReadable()) {
            if (groups.readUnsignedShort() == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is one of cloudflared's start-up probes, which end with the handshake. */
    public boolean isProbe() {
        return SimTls.PROBE_NAME.equalsIgnoreCase(serverName);
    }
}
