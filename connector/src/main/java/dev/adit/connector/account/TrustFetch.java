package dev.adit.connector.account;

import dev.adit.connector.edge.EdgePins;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gets authorities of edges from where they are published. They count for what they are, not for who sends them. */
public final class TrustFetch {
    /** Wherever one stands in the text, so that a source file with PEM in it will do. */
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----");

    private final WebClient web;
    private final EdgePins pins;

    /** Accepts only what {@code pins} has. */
    public TrustFetch(WebClient web, EdgePins pins) {
        this.web = web;
        this.pins = pins;
    }

    /**
     * The authorities in the text at {@code address}; blocks.
     *
     * @throws AccountFailure if it has none, or has a certificate that is no authority of the edge
     */
    public List<X509Certificate> fetch(URI address) {
        WebClient.Answer answer = web.ask(HttpRequest.newBuilder(address).GET());
        if (answer.status() != 200) {
            throw new AccountFailure(address + " answers with status " + answer.status());
        }
        List<X509Certificate> found = new ArrayList<>();
        Matcher certificate = CERTIFICATE.matcher(answer.text());
        while (certificate.find()) {
            found.add(checked(address, certificate.group()));
        }
        if (found.isEmpty()) {
            throw new AccountFailure(address + " has no certificate in PEM");
        }
        return found;
    }

    private X509Certificate checked(URI address, String pem) {
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new AccountFailure(address + " has a certificate that can't be read: " + e.getMessage());
        }
        if (!pins.has(certificate)) {
            throw new AccountFailure(address + " has a certificate that is none of the edge's authorities: "
                    + certificate.getSubjectX500Principal() + ", SHA-256 " + EdgePins.fingerprint(certificate));
        }
        return certificate;
    }
}
