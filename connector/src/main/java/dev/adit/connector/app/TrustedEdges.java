package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgePins;
import dev.adit.connector.edge.SavedAuthorities;
import dev.adit.proxy.net.TlsContexts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the authorities that may vouch for the edge. */
final class TrustedEdges {
    private TrustedEdges() {}

    /**
     * Those of {@code --cacert} and no others; else those of the machine, of {@code --edge-ca} and what {@code trust fetch}
     * left in the state directory.
     *
     * @param alone the file of {@code --cacert}, or null
     * @param state the state directory, or null
     * @throws BadInput if a file that was named can't be used
     */
    static EdgeAuthorities of(@Nullable Path alone, EdgeSecurity security, @Nullable Path state) {
        if (alone != null) {
            return EdgeAuthorities.only(read("--cacert", alone));
        }
        List<X509Certificate> more = new ArrayList<>();
        Path file = security.moreAuthorities();
        if (file != null) {
            more.addAll(read("--edge-ca", file));
        }
        if (state != null) {
            more.addAll(new SavedAuthorities(state, EdgePins.PROVIDER).load());
        }
        return EdgeAuthorities.beside(more);
    }

    private static List<X509Certificate> read(String option, Path file) {
        try {
            return TlsContexts.readPem(file);
        } catch (IOException e) {
            throw new BadInput(option + " " + file + " can't be read: " + Daemon.reason(e));
        } catch (GeneralSecurityException e) {
            throw new BadInput(option + " " + e.getMessage());
        }
    }
}
