package dev.adit.connector.edge;

import dev.adit.proxy.net.TlsContexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the state directory that keeps the authorities of edges. What is read from it counts only if it is among the
 * pins, whoever wrote the file.
 */
public final class SavedAuthorities {
    private static final Logger log = LoggerFactory.getLogger(SavedAuthorities.class);

    private final Path file;
    private final EdgePins pins;

    public SavedAuthorities(Path stateDirectory, EdgePins pins) {
        file = stateDirectory.resolve("edge-authorities.pem");
        this.pins = pins;
    }

    /** Where they are kept. */
    public Path file() {
        return file;
    }

    /** Those in the file; none if there is no file, or if it can't be used, which is logged. */
    public List<X509Certificate> load() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<X509Certificate> read = TlsContexts.readPem(file);
            List<X509Certificate> pinned = read.stream().filter(pins::has).toList();
            if (pinned.size() < read.size()) {
                log.warn("{} has certificates that are no authorities of the edge; they don't count", file);
            }
            return pinned;
        } catch (IOException | CertificateException e) {
            log.warn("the authorities of the edge in {} can't be read: {}", file, e.toString());
            return List.of();
        }
    }

    /** Keeps {@code found}, which are among the pins, beside those that are there. */
    public void add(List<X509Certificate> found) throws IOException {
        List<X509Certificate> all = new ArrayList<>(load());
        found.stream().filter(pins::has).filter(one -> !all.contains(one)).forEach(all::add);
        StringBuilder text = new StringBuilder();
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        try {
            for (X509Certificate one : all) {
                text.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(one.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed can be encoded", e);
        }
        Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "edge-authorities", ".tmp");
        try {
            Files.writeString(written, text);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
