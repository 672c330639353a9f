package dev.adit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A throw-away certificate for the front Nginx, made by the JDK's keytool. */
final class FrontCertificate {
    private static final char[] PASSWORD = "throw-away".toCharArray();
    private static final long LIMIT_SECONDS = 30;

    private FrontCertificate() {}

    /** Writes {@code front.crt} and {@code front.key} to {@code directory}; the result is what to trust. */
    static X509Certificate write(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("front.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "front",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD));
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            keytool.destroyForcibly();
            throw new IOException("keytool failed");
        }
        KeyStore read = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            read.load(in, PASSWORD);
        }
        X509Certificate certificate = (X509Certificate) read.getCertificate("front");
        Map<String, byte[]> files = Map.of(
                "front.crt", pem("CERTIFICATE", certificate.getEncoded()),
                "front.key", pem("PRIVATE KEY", read.getKey("front", PASSWORD).getEncoded()));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return certificate;
    }

    private static byte[] pem(String what, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return ("-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
