package dev.adit.proxy.access;

import dev.adit.proxy.config.ConfigNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One key of an authority.
 *
 * @param algorithm the one that tokens name in {@code alg}: RS256 or ES256
 * @param key checks signatures
 */
record SigningKey(String algorithm, PublicKey key) {
    private static final String RS256 = "RS256";
    private static final String ES256 = "ES256";

    /** RFC 7518 §3.3. */
    private static final int LEAST_RSA_BITS = 2048;

    /** The key in {@code jwk} (RFC 7518 §6), or null if it is of a kind that is not used here or broken. */
    static @Nullable SigningKey of(ConfigNode jwk) {
        try {
            String type = jwk.string("kty");
            if ("RSA".equals(type)) {
                BigInteger modulus = number(jwk, "n");
                return modulus.bitLength() < LEAST_RSA_BITS
                        ? null
                        : new SigningKey(
                                RS256,
                                KeyFactory.getInstance("RSA")
                                        .generatePublic(new RSAPublicKeySpec(modulus, number(jwk, "e"))));
            }
            if ("EC".equals(type) && "P-256".equals(jwk.string("crv"))) {
                ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
                return new SigningKey(
                        ES256, KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256())));
            }
            return null;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether the signature of {@code token} is this key's. */
    boolean verifies(AccessToken token) {
        try {
            Signature check =
                    Signature.getInstance(algorithm.equals(RS256) ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            check.initVerify(key);
            check.update(token.signed().getBytes(StandardCharsets.US_ASCII));
            return check.verify(Base64.getUrlDecoder().decode(token.encodedSignature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static BigInteger number(ConfigNode jwk, String name) {
        String text = jwk.string(name);
        if (text == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }
}
