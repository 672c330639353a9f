package dev.adit.edgesim;

import dev.adit.edgesim.tls.PostQuantum;
import dev.adit.edgesim.tls.ServerIdentity;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags for what TLS shows. */
final class TlsFlags {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = {
                "PEM certificate that eyeballs are shown, then those above it, for all host names.",
                "Together with --tls-key needed for listening on an address that is not loopback."
            })
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its key in PEM, not encrypted: PKCS#8, or SEC 1 for an EC key.")
    private @Nullable Path key;

    @Option(
            names = "--no-post-quantum",
            description = "Never agree on X25519MLKEM768, even if a connector offers it; takes less time.")
    private boolean noPostQuantum;

    EdgeOptions apply(EdgeOptions options) {
        Path certificateFile = certificate;
        Path keyFile = key;
        if ((certificateFile == null) != (keyFile == null)) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
        }
        EdgeOptions applied = noPostQuantum ? options.withPostQuantum(PostQuantum.NEVER) : options;
        return certificateFile == null || keyFile == null
                ? applied
                : applied.withCertificate(ServerIdentity.read(certificateFile, keyFile));
    }
}
