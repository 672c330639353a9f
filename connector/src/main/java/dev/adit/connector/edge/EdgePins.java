package dev.adit.connector.edge;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Set;

/**
 * The authorities that issue the certificates of edges, each known by its SHA-256 fingerprint: whoever brings one of them
 * need not be trusted.
 *
 * @param fingerprints pairs of upper-case hexadecimal digits with colons between
 */
public record EdgePins(Set<String> fingerprints) {
    /** The three that cloudflared has built in, in the order of wire-protocol.md 2.3: ECC, RSA, origin pull. */
    public static final EdgePins PROVIDER = new EdgePins(Set.of(
            "AA:63:69:7A:22:76:4B:67:B2:13:4C:E1:4C:B5:69:0E:A3:36:94:0B:93:98:61:13:F4:95:45:91:78:32:D8:0D",
            "D3:C7:E8:5C:91:70:7F:C0:A1:2A:BC:5D:88:26:67:47:AA:4F:A8:E7:B1:62:F6:33:FF:B3:C9:D9:89:94:76:20",
            "9A:1A:C2:B4:BE:15:F9:F2:7E:EE:20:A7:34:CB:A4:E9:89:8F:61:00:1B:3B:D7:C8:4B:69:B5:6A:3E:25:A2:B9"));

    public EdgePins {
        fingerprints = Set.copyOf(fingerprints);
    }

    public boolean has(X509Certificate certificate) {
        return fingerprints.contains(fingerprint(certificate));
    }

    /** The SHA-256 of {@code certificate} as {@link #fingerprints()} has it. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("every JDK has SHA-256 and can encode what it has parsed", e);
        }
    }
}
