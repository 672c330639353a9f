package dev.adit.edgesim;

import dev.adit.edgesim.admin.ApiToken;
import dev.adit.edgesim.api.Api;
import dev.adit.edgesim.state.SavedState;
import dev.adit.edgesim.state.SavedState.Authority;
import dev.adit.edgesim.state.StateException;
import dev.adit.edgesim.state.StateFile;
import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a simulator starts from: what an earlier one kept, or new.
 *
 * @param file where the state is kept; null for in memory only
 * @param saved what was there
 * @param tunnels the tunnels to start with
 * @param certificates the certificate authority
 * @param apiToken the API token
 */
record Foundation(
        @Nullable StateFile file,
        SavedState saved,
        List<TunnelSpec> tunnels,
        SimCertificates certificates,
        ApiToken apiToken) {
    private static final Logger log = LoggerFactory.getLogger(Foundation.class);
    // A simulator that starts now should still be trusted tomorrow.
    private static final Duration SHORTEST_LIFE = Duration.ofDays(1);

    /** Reads what is there and makes what is missing. Blocks; throws {@link StateException} if that is not possible. */
    static Foundation of(EdgeSimOptions options) {
        Path directory = options.admin().state();
        StateFile file = directory == null ? null : StateFile.in(directory);
        SavedState saved = file == null ? SavedState.empty() : file.load();
        Authority authority = saved.authority();
        return new Foundation(
                file,
                saved,
                Api.specs(saved, options.tunnels()),
                authority == null ? new SimCertificates() : certificates(authority),
                token(options.admin().tokenFile(), saved.apiToken()));
    }

    /** The certificate authority, to be kept. */
    Authority authority() {
        try {
            Base64.Encoder base64 = Base64.getEncoder();
            return new Authority(
                    base64.encodeToString(certificates.caKey().getEncoded()),
                    base64.encodeToString(certificates.ca().getEncoded()));
        } catch (CertificateException e) {
            throw new IllegalStateException("can't encode the certificate authority", e);
        }
    }

    private static SimCertificates certificates(Authority authority) {
        try {
            byte[] key = Base64.getDecoder().decode(authority.key());
            byte[] certificate = Base64.getDecoder().decode(authority.certificate());
            PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            X509Certificate ca = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
            if (ca.getNotAfter().toInstant().isBefore(Instant.now().plus(SHORTEST_LIFE))) {
                log.warn("the kept certificate authority expires at={}, a new one was made", ca.getNotAfter());
                return new SimCertificates();
            }
            return new SimCertificates(privateKey, ca);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StateException("the kept certificate authority is broken: " + e.getMessage(), e);
        }
    }

    private static ApiToken token(@Nullable Path file, @Nullable String saved) {
        try {
            if (file == null) {
                return saved == null ? ApiToken.random() : ApiToken.of(saved);
            }
            if (Files.exists(file)) {
                return ApiToken.of(Files.readString(file));
            }
            ApiToken token = ApiToken.random();
            PrivateFile.write(file, token.reveal() + "\n");
            return token;
        } catch (IOException e) {
            throw new StateException("can't read or write the API token file " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StateException((file == null ? "the kept token" : "file " + file) + ": " + e.getMessage(), e);
        }
    }
}
