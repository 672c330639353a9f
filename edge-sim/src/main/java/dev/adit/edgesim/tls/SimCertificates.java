package dev.adit.edgesim.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as the process, and the leaves it signs. Immutable. */
public final class SimCertificates {
    // Long enough for any laboratory run.
    private static final Duration VALIDITY = Duration.ofDays(30);
    // A client whose clock is a little behind still accepts the certificates.
    private static final Duration BACKDATE = Duration.ofDays(1);
    private static final X500Name ISSUER = new X500Name("CN=Adit edge simulator CA");

    private final SecureRandom random = new SecureRandom();
    private final KeyPair caKeys;
    private final X509Certificate ca;

    /** Makes a new authority. */
    public SimCertificates() {
        try {
            caKeys = newKeys();
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = builder(ISSUER, caKeys, now());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(caKeys.getPublic()));
            ca = sign(builder, caKeys.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("can't make a certificate authority", e);
        }
    }

    /** The authority that {@code key} and {@code ca} were, in an earlier process. */
    public SimCertificates(PrivateKey key, X509Certificate ca) {
        caKeys = new KeyPair(ca.getPublicKey(), key);
        this.ca = ca;
    }

    /** The authority's private key, so that a later process can go on with it. It is a credential. */
    public PrivateKey caKey() {
        return caKeys.getPrivate();
    }

    /** The certificate to trust. */
    public X509Certificate ca() {
        return ca;
    }

    /** The certificate to trust, as a PEM file's content. */
    public String caPem() {
        try {
            String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(ca.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("can't encode the certificate authority", e);
        }
    }

    /** A new key and certificate for server {@code names}: host names or IP addresses; the first is the subject. */
    ServerIdentity issue(Collection<String> names) {
        return issue(names, now());
    }

    /** As the other, valid in {@code period} only. */
    ServerIdentity issue(Collection<String> names, Period period) {
        try {
            KeyPair keys = newKeys();
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder =
                    builder(new X500Name("CN=" + names.iterator().next()), keys, period);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(caKeys.getPublic()));
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            return new ServerIdentity(keys.getPrivate(), List.of(sign(builder, caKeys.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("can't make a certificate for " + names, e);
        }
    }

    private static GeneralNames alternativeNames(Collection<String> names) {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static Period now() {
        Instant now = Instant.now();
        return new Period(now.minus(BACKDATE), now.plus(VALIDITY));
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair keys, Period period) {
        return new JcaX509v3CertificateBuilder(
                ISSUER,
                new BigInteger(127, random),
                Date.from(period.from),
                Date.from(period.to),
                subject,
                keys.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    /** When a certificate is valid. */
    record Period(Instant from, Instant to) {}
}
