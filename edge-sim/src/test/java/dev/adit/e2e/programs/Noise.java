package dev.adit.e2e.programs;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Bytes that look random, and are the same each time.
 *
 * @param seed other seeds give other bytes
 * @param sizeBytes how many
 */
record Noise(long seed, long sizeBytes) {
    private static final int BLOCK_BYTES = 64 * 1024;

    void writeTo(OutputStream out) throws IOException {
        writeTo(out, 0, sizeBytes);
    }

    /** Writes the bytes from {@code from} to before {@code to}, which must be multiples of 64 KiB or the end. */
    void writeTo(OutputStream out, long from, long to) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        for (long at = from; at < to; at += BLOCK_BYTES) {
            new SplittableRandom(seed + at).nextBytes(block);
            out.write(block, 0, (int) Math.min(BLOCK_BYTES, to - at));
        }
    }

    /** The SHA-256 of all bytes, in hex. */
    String sha256() {
        MessageDigest digest = newSha256();
        try (OutputStream out = into(digest)) {
            writeTo(out);
        } catch (IOException e) {
            throw new AssertionError("nothing is written anywhere", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** A stream that keeps nothing but the digest of what it is given. */
    static OutputStream into(MessageDigest digest) {
        return new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    }
}
