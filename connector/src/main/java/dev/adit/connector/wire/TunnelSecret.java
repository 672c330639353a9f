package dev.adit.connector.wire;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes that prove the right to serve a tunnel; never printed. */
public final class TunnelSecret {
    private final byte[] bytes;

    private TunnelSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static TunnelSecret of(byte[] bytes) {
        return new TunnelSecret(bytes.clone());
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Compares in a time that does not tell where the first difference is. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TunnelSecret that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "TunnelSecret[" + bytes.length + " bytes]";
    }
}
