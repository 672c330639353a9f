package dev.adit.edgesim.tls;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** An authority outside of the simulator, whose certificates come in files. */
public final class CertificateFiles {
    private final SimCertificates certificates = new SimCertificates();

    /** The authority's own certificate. */
    public X509Certificate ca() {
        return certificates.ca();
    }

    /** Writes a certificate for {@code name}, and its key to a second file. */
    public Path[] write(Path directory, String name) throws IOException {
        ServerIdentity identity = certificates.issue(List.of(name));
        return new Path[] {
            pem(directory.resolve("brought.pem"), identity.chain().get(0)),
            pem(directory.resolve("brought-key.pem"), new JcaPKCS8Generator(identity.key(), null))
        };
    }

    static Path pem(Path file, Object... objects) throws IOException {
        try (Writer text = Files.newBufferedWriter(file);
                JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        }
        return file;
    }
}
