package dev.adit.edgesim.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * A server's key and its certificates.
 *
 * @param key private key of the first certificate
 * @param chain the server's own certificate, then those of the authorities above it
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    public ServerIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a server needs a certificate");
        }
    }

    /**
     * Reads PEM files; throws IllegalArgumentException that says what is wrong with them.
     *
     * @param certificates the server's certificate and those above it, in this order
     * @param key its key, PKCS#8 or the form that OpenSSL writes for EC and RSA, not encrypted
     */
    public static ServerIdentity read(Path certificates, Path key) {
        ServerIdentity identity = new ServerIdentity(readKey(key), readChain(certificates));
        if (!identity.isPair()) {
            throw new IllegalArgumentException(
                    "the key in " + key + " is not that of the certificate in " + certificates);
        }
        return identity;
    }

    private static List<X509Certificate> readChain(Path file) {
        List<X509Certificate> chain = new ArrayList<>();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
                PEMParser pem = new PEMParser(text)) {
            JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
            for (Object next = pem.readObject(); next != null; next = pem.readObject()) {
                if (next instanceof X509CertificateHolder holder) {
                    chain.add(converter.getCertificate(holder));
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, e);
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("there is no PEM certificate in " + file);
        }
        return chain;
    }

    private static PrivateKey readKey(Path file) {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
                PEMParser pem = new PEMParser(text)) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object next = pem.readObject(); next != null; next = pem.readObject()) {
                if (next instanceof PrivateKeyInfo pkcs8) {
                    return converter.getPrivateKey(pkcs8);
                }
                if (next instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        throw new IllegalArgumentException("there is no unencrypted PEM private key in " + file);
    }

    private static IllegalArgumentException unreadable(Path file, Exception why) {
        return new IllegalArgumentException("can't read " + file + ": " + why, why);
    }

    private boolean isPair() {
        PublicKey open = chain.get(0).getPublicKey();
        String algorithm = "EC".equals(open.getAlgorithm()) ? "SHA256withECDSA" : "SHA256withRSA";
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(open);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What {@code provider}'s TLS takes it from. */
    KeyManagerFactory keyManagers(Provider provider) throws GeneralSecurityException, IOException {
        char[] password = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX", provider);
        factory.init(store, password);
        return factory;
    }
}
