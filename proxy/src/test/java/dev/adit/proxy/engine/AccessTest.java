package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.adit.proxy.access.AccessGate;
import dev.adit.proxy.access.HttpsKeySource;
import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.HarnessParts;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Waiting;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that want a token, and an authority that gives its keys over HTTPS. */
final class AccessTest {
    private static final long NOW = 1_800_000_000;
    private static final String ISSUER = "https://team.cloudflareaccess.com";
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final AccessPolicy POLICY = new AccessPolicy("team", false, Set.of("app", "other-app"));

    private final KeyPair rsa = pair("RSA");
    private final KeyPair ec = pair("EC");
    private final AtomicReference<String> keySet = new AtomicReference<>(
            "{\"keys\":[" + jwk("r1", rsa) + "," + jwk("e1", ec) + "],\"public_cert\":{\"kid\":\"r1\"}}");
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger fetches = new AtomicInteger();
    /** Bytes that the authority announces, but never sends. */
    private final AtomicInteger missing = new AtomicInteger();

    private final HttpsServer authority;
    private final HarnessParts parts;

    AccessTest() throws Exception {
        X509Bundle leaf = new CertificateBuilder()
                .subject("CN=team.cloudflareaccess.com")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
        authority = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        authority.setHttpsConfigurator(new HttpsConfigurator(server));
        authority.createContext("/team.cloudflareaccess.com", exchange -> {
            fetches.incrementAndGet();
            byte[] body = String.valueOf(keySet.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.get(), body.length + missing.get());
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush();
            if (missing.get() == 0) {
                exchange.close();
            }
        });
        authority.start();
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, leaf.toTrustManagerFactory().getTrustManagers(), null);
        int port = authority.getAddress().getPort();
        HttpsKeySource keys =
                new HttpsKeySource(issuer -> URI.create("https://localhost:" + port + "/" + issuer), trust, LIMIT);
        parts = new HarnessParts().withKeys(keys, Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
    }

    @AfterEach
    void stopTheAuthority() {
        authority.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1", "e1"})
    void letsInWhoHasAToken(String key) {
        assertThat(statusWith(token(key, claims(ISSUER, "[\"app\"]", NOW + 1)))).isEqualTo("200");
    }

    @Test
    void takesOneAudienceThatIsNoList() {
        assertThat(statusWith(token("r1", claims(ISSUER, "\"other-app\"", NOW + 1))))
                .isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://other.cloudflareaccess.com|[\"app\"]|1",
                "https://team.cloudflareaccess.com/|[\"app\"]|1",
                "https://team.cloudflareaccess.com|[\"another\"]|1",
                "https://team.cloudflareaccess.com|[]|1",
                "https://team.cloudflareaccess.com|[\"app\"]|0",
                "https://team.cloudflareaccess.com|[\"app\"]|-1"
            })
    void answers403ToATokenForSomethingElse(String issuer, String audience, int validSeconds) {
        assertThat(statusWith(token("r1", claims(issuer, audience, NOW + validSeconds))))
                .isEqualTo("403");
    }

    @Test
    void answers403ToATokenThatIsNotValidYet() {
        String claims = "{\"iss\":\"" + ISSUER + "\",\"aud\":[\"app\"],\"exp\":" + (NOW + 900) + ",\"nbf\":"
                + (NOW + 300) + "}";

        assertThat(statusWith(token("r1", claims))).isEqualTo("403");
    }

    @Test
    void answers403WithoutAToken() {
        assertThat(statusWith(null)).isEqualTo("403");
        assertThat(fetches).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b", "a.b.c", "..", "e30.e30.", "!.!.!"})
    void answers403ToWhatIsNoToken(String token) {
        assertThat(statusWith(token)).isEqualTo("403");
    }

    @Test
    void answers403ToASignatureThatIsNotTheKeys() {
        String good = token("r1", claims(ISSUER, "[\"app\"]", NOW + 60));
        String other = token("r1", claims(ISSUER, "[\"app\"]", NOW + 61));

        assertThat(statusWith(good.substring(0, good.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'))))
                .isEqualTo("403");
    }

    @ParameterizedTest
    @CsvSource({"none, r1", "HS256, r1", "ES256, r1", "RS256, e1", "RS256, unknown"})
    void answers403ToAnAlgorithmOrKeyThatDoesNotFit(String algorithm, String key) {
        String signed = base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + key + "\"}")
                + '.'
                + base64(claims(ISSUER, "[\"app\"]", NOW + 60));

        assertThat(statusWith(signed + '.' + sign(signed, "SHA256withRSA", rsa.getPrivate())))
                .isEqualTo("403");
    }

    @Test
    void answers503IfTheKeysCanNotBeHad() {
        status.set(500);

        assertThat(statusWith(token("r1", claims(ISSUER, "[\"app\"]", NOW + 60))))
                .isEqualTo("503");
    }

    @Test
    void answers503IfTheKeysAreNone() {
        keySet.set("<html>");

        assertThat(statusWith(token("r1", claims(ISSUER, "[\"app\"]", NOW + 60))))
                .isEqualTo("503");
    }

    @Test
    void answers503IfTheAuthorityStopsInTheMiddleOfItsKeys() {
        missing.set(1);

        assertThat(statusWith(token("r1", claims(ISSUER, "[\"app\"]", NOW + 60))))
                .isEqualTo("503");
    }

    @Test
    void answers503IfTheKeysAreTooLong() {
        keySet.set("{\"keys\":[]}" + " ".repeat(1 << 20));

        assertThat(statusWith(token("r1", claims(ISSUER, "[\"app\"]", NOW + 60))))
                .isEqualTo("503");
    }

    @Test
    void letsNobodyInIfTheRuleNamesNoApplication() {
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                EngineHarness engine = harness(origin.target(), new AccessPolicy("team", false, Set.of()));
                H2Client client = engine.client()) {
            String token = token("r1", claims(ISSUER, "[\"app\"]", NOW + 60));

            assertThat(client.request("GET", "/", "cf-access-jwt-assertion", token)
                            .response()
                            .status())
                    .isEqualTo("403");
            engine.awaitNoStreams();
            assertThat(origin.accepted()).isZero();
        }
        assertThat(fetches).hasValue(0);
    }

    @Test
    void answersADeniedRequestWithoutABodyAndSaysWhyInTheLog() {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try (EngineHarness engine = harness(new Target.FixedStatus(200));
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().body()).isEmpty();
            String other = token("r1", claims(ISSUER, "[\"another\"]", NOW + 60));
            assertThat(client.request("GET", "/", "cf-access-jwt-assertion", other)
                            .response()
                            .body())
                    .isEmpty();
        } finally {
            System.setErr(before);
        }
        assertThat(written.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("failed to serve")))
                .singleElement()
                .asString()
                .contains("ERROR", "error=\"no access token in the request\"", "status=403", "ingressRule=0");
    }

    @Test
    void asksForTheKeysOnceAndPassesABodyOnThatCameMeanwhile() {
        try (RawOrigin origin = new RawOrigin(peer -> {
                    while (true) {
                        peer.readHead();
                        assertThat(peer.read(300_000)).hasSize(300_000);
                        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                EngineHarness engine = harness(origin.target());
                H2Client client = engine.client()) {
            String token = token("r1", claims(ISSUER, "[\"app\"]", NOW + 60));
            for (int i = 0; i < 3; i++) {
                H2Stream stream =
                        client.open("POST", "/", "content-length", "300000", "cf-access-jwt-assertion", token);
                assertThat(stream.send("x".repeat(300_000)).end().response().body())
                        .isEqualTo("ok");
            }
            engine.awaitNoStreams();
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void hasTheKeysBeforeTheFirstRequest() {
        AccessGate gate = new AccessGate(Runnable::run, parts.keys(), parts.clock());

        gate.prepare(POLICY);

        Waiting.until("the keys were asked for", () -> fetches.get() == 1);
        assertThat(gate.check(POLICY, token("r1", claims(ISSUER, "[\"app\"]", NOW + 60))))
                .succeedsWithin(Duration.ofSeconds(20))
                .extracting(AccessGate.Verdict::decision)
                .isEqualTo(AccessGate.Decision.ADMITTED);
        gate.prepare(POLICY);
        assertThat(fetches).hasValue(1);
    }

    @Test
    void keepsTheBytesOfAnEyeballThatIsNotLetInFromLeaking() {
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                EngineHarness engine = harness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.open(
                    "POST", "/", "cf-access-jwt-assertion", token("e1", claims(ISSUER, "[\"x\"]", NOW + 60)));
            stream.send("x".repeat(100_000));

            assertThat(stream.response().status()).isEqualTo("403");
            engine.awaitNoStreams();
            assertThat(origin.accepted()).isZero();
        }
    }

    private String statusWith(@org.jspecify.annotations.Nullable String token) {
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                EngineHarness engine = harness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = token == null
                    ? client.request("GET", "/")
                    : client.request("GET", "/", "cf-access-jwt-assertion", token);
            String answer = stream.response().status();
            engine.awaitNoStreams();
            return answer;
        }
    }

    private EngineHarness harness(Target target) {
        return harness(target, POLICY);
    }

    private EngineHarness harness(Target target, AccessPolicy policy) {
        Route route = new Route(0, null, null, target, new OriginOptionsBuilder().build(), policy);
        return new EngineHarness(Http2Limits.TUNNEL, RouteTable.of(List.of(route)), parts);
    }

    private static String claims(String issuer, String audience, long expires) {
        return "{\"iss\":\"" + issuer + "\",\"aud\":" + audience + ",\"exp\":" + expires + ",\"iat\":" + (NOW - 9)
                + "}";
    }

    private String token(String key, String claims) {
        boolean isRsa = key.startsWith("r");
        String signed =
                base64("{\"alg\":\"" + (isRsa ? "RS256" : "ES256") + "\",\"kid\":\"" + key + "\",\"typ\":\"JWT\"}")
                        + '.'
                        + base64(claims);
        return signed
                + '.'
                + (isRsa
                        ? sign(signed, "SHA256withRSA", rsa.getPrivate())
                        : sign(signed, "SHA256withECDSAinP1363Format", ec.getPrivate()));
    }

    private static String sign(String text, String algorithm, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwk(String id, KeyPair pair) {
        if (pair.getPublic() instanceof RSAPublicKey key) {
            return "{\"kid\":\"" + id + "\",\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\""
                    + base64(key.getModulus()) + "\",\"e\":\"" + base64(key.getPublicExponent()) + "\"}";
        }
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return "{\"kid\":\"" + id + "\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                + base64(key.getW().getAffineX()) + "\",\"y\":\""
                + base64(key.getW().getAffineY()) + "\"}";
    }

    private static KeyPair pair(String type) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
            if (type.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
