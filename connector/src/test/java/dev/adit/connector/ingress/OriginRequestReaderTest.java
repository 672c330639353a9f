package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.OriginOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginRequestReaderTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void leavesTheDefaultsWhereNothingIsSaid() {
        OriginOptions options = local(yaml("{}"));

        assertThat(options)
                .isEqualTo(OriginOptions.DEFAULT)
                .isEqualTo(new OriginOptions(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ZERO,
                        Duration.ofSeconds(30),
                        100,
                        Duration.ofSeconds(90),
                        null,
                        null,
                        null,
                        false,
                        false,
                        false,
                        false,
                        false,
                        Duration.ofSeconds(5),
                        4096,
                        Duration.ZERO,
                        1 << 20,
                        false));
        OriginRequest inherited = new OriginRequest(options, StreamOptions.DEFAULT, null);
        assertThat(OriginRequestReader.read(null, inherited, IngressReader.Mode.LOCAL, warnings))
                .isSameAs(inherited);
    }

    @Test
    void readsEveryKey() throws URISyntaxException {
        Path authority = authority();
        ConfigNode node = yaml("""
                connectTimeout: 1s
                tlsTimeout: 2s
                responseTimeout: 3s
                tcpKeepAlive: 4s
                keepAliveConnections: 5
                keepAliveTimeout: 6s
                httpHostHeader: internal:8080
                originServerName: Internal.Example
                caPool: %s
                noTLSVerify: true
                disableChunkedEncoding: true
                matchSNItoHost: true
                noHappyEyeballs: true
                http2Origin: true
                connectRetry: 7s
                maxConnections: 8
                bodyIdleTimeout: 9s
                maxResponseHeaderBytes: 10000
                realClientAddress: true
                """.formatted(authority));

        assertThat(local(node))
                .isEqualTo(new OriginOptions(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        Duration.ofSeconds(6),
                        "internal:8080",
                        "internal.example",
                        authority,
                        true,
                        true,
                        true,
                        true,
                        true,
                        Duration.ofSeconds(7),
                        8,
                        Duration.ofSeconds(9),
                        10_000,
                        true));
        assertThat(node.problems().all()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void takesBackWhatIsInherited() throws URISyntaxException {
        OriginOptions inherited = local(yaml("httpHostHeader: a\noriginServerName: b\ncaPool: " + authority()
                + "\nresponseTimeout: 5s\nnoTLSVerify: true\n"));

        ConfigNode node =
                yaml("httpHostHeader: ''\noriginServerName: ''\ncaPool: ''\nresponseTimeout: 0\nnoTLSVerify: false\n");

        assertThat(OriginRequestReader.read(
                                node,
                                new OriginRequest(inherited, StreamOptions.DEFAULT, null),
                                IngressReader.Mode.LOCAL,
                                warnings)
                        .options())
                .isEqualTo(OriginOptions.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "connectTimeout: 0, 86400",
        "connectTimeout: 48h, 86400",
        "connectTimeout: 24h, 86400",
        "tcpKeepAlive: 0s, 15",
        "tcpKeepAlive: 200ms, 1",
        "tcpKeepAlive: 24h, 32767"
    })
    void bringsTimesIntoTheRangeOfTimersAndSockets(String text, long seconds) {
        OriginOptions options = local(yaml(text));

        Duration used = text.startsWith("tcp") ? options.tcpKeepAlive() : options.connectTimeout();
        assertThat(used).hasSeconds(seconds);
        assertThat(warnings).hasSize(text.equals("connectTimeout: 24h") ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connectTimeout: -1s",
                "tcpKeepAlive: -5",
                "httpHostHeader: \"a\\r\\nX: y\"",
                "httpHostHeader: a b",
                "httpHostHeader: bücher.example",
                "originServerName: a b",
                "originServerName: 'a:443'",
                "keepAliveConnections: -1",
                "keepAliveConnections: many",
                "noTLSVerify: 1",
                "caPool: /",
                "caPool: \"a\\0b\"",
                "access: {required: 1}",
                "access: {required: true, teamName: -}",
                "access: {required: true, audTag: a}",
                "access: {required: true, teamName: 'evil.example/x', audTag: a}",
                "access: {required: true, teamName: t, audTag: a, environment: moon}",
                "access: {needed: true}",
                "bastionMode: 1",
                "connectRetry: -1s",
                "maxConnections: -1",
                "maxConnections: many",
                "bodyIdleTimeout: -1s",
                "maxResponseHeaderBytes: 1023",
                "maxResponseHeaderBytes: 16777217",
                "realClientAddress: maybe",
                "proxyPort: 65536",
                "proxyType: http",
                "ipRules: 10.0.0.0/8",
                "ipRules: [10.0.0.0/8]",
                "ipRules: [{ports: [22], allow: true}]",
                "ipRules: [{prefix: 10.0.0.0, allow: true}]",
                "ipRules: [{prefix: 10.0.0.0/33, allow: true}]",
                "ipRules: [{prefix: 10.0.0.0/8, ports: [0]}]",
                "ipRules: [{prefix: 10.0.0.0/8, port: [1]}]",
                "connecttimeout: 5s"
            })
    void refusesInAFile(String text) {
        ConfigNode node = yaml(text);

        local(node);

        assertThat(node.problems().all())
                .singleElement()
                .asString()
                .startsWith("config.yml:1: " + text.substring(0, text.indexOf(':')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access\":{\"required\":\"yes\"}}",
                "{\"access\":\"all\"}",
                "{\"bastionMode\":\"true\"}",
                "{\"ipRules\":[{\"prefix\":\"x\"}]}",
                "{\"proxyType\":\"other\"}",
                "{\"proxyType\":7}",
                "{\"connectTimeout\":\"30s\"}",
                "{\"connectTimeout\":1.5}"
            })
    void refusesInAPush(String text) {
        ConfigNode node = ConfigNode.json("push", text);

        remote(node);

        assertThat(node.problems().all()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access\":{\"required\":true}}",
                "{\"access\":{\"required\":true,\"teamName\":\"t\",\"audTag\":[]}}",
                "{\"access\":{\"required\":true,\"teamName\":\"\",\"audTag\":null}}"
            })
    void letsNobodyInWithoutAnAudience(String text) {
        for (IngressReader.Mode mode : IngressReader.Mode.values()) {
            ConfigNode node = ConfigNode.json("config", text);

            AccessPolicy policy = OriginRequestReader.read(node, OriginRequest.DEFAULT, mode, warnings)
                    .access();

            assertThat(node.problems().all()).isEmpty();
            assertThat(policy)
                    .isNotNull()
                    .extracting(AccessPolicy::admitsNobody)
                    .isEqualTo(true);
        }
    }

    @Test
    void wantsATeamForAnAudience() {
        ConfigNode node = ConfigNode.json("push", "{\"access\":{\"required\":true,\"audTag\":[\"a\"]}}");

        remote(node);

        assertThat(node.problems().all())
                .containsExactly(
                        "push:1: access.teamName: access.TeamName cannot be blank when access.audTags are present");
    }

    @Test
    void takesEachKeyFromTheRuleOrFromWhatIsInherited() {
        OriginRequest global = read(yaml("""
                        proxyType: socks
                        ipRules: [{prefix: 10.0.0.0/8, ports: [22], allow: true}, {prefix: fd00::/8}]
                        access: {required: true, teamName: team, audTag: [a, b], environment: fed}
                        connectTimeout: 3s
                        """), OriginRequest.DEFAULT);

        OriginRequest rule = read(yaml("bastionMode: true\nnoHappyEyeballs: true"), global);

        assertThat(rule.streams())
                .isEqualTo(new StreamOptions(
                        true,
                        true,
                        List.of(
                                IpRules.Rule.of("10.0.0.0/8", Set.of(22), true),
                                IpRules.Rule.of("fd00::/8", Set.of(), false))));
        assertThat(rule.access()).isEqualTo(new AccessPolicy("team", true, Set.of("a", "b")));
        assertThat(rule.options().connectTimeout()).hasSeconds(3);
        assertThat(rule.options().noHappyEyeballs()).isTrue();
        assertThat(read(yaml("access: {required: false}\nproxyType: ''\nipRules: []"), global))
                .satisfies(off -> assertThat(off.access()).isNull())
                .satisfies(off -> assertThat(off.streams()).isEqualTo(StreamOptions.DEFAULT));
    }

    @Test
    void saysThatTheAddressOfAProxyHasNoMeaning() {
        local(yaml("proxyAddress: 127.0.0.1\nproxyPort: 80"));

        assertThat(warnings).hasSize(2).allMatch(warning -> warning.endsWith(" has no meaning any more, ignored"));
    }

    @Test
    void saysNothingAboutSettingsThatAreOff() {
        ConfigNode node = ConfigNode.json("push", """
                {"noHappyEyeballs":false,"http2Origin":false,"matchSNItoHost":false,"proxyAddress":"","proxyPort":0,
                 "proxyType":"","ipRules":[],"access":{},"bastionMode":false,"caPool":"","httpHostHeader":""}""");

        assertThat(remote(node)).isEqualTo(OriginOptions.DEFAULT);
        assertThat(node.problems().all()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void refusesAuthoritiesThatAreNoCertificates(@TempDir Path directory) throws IOException {
        Path text = Files.writeString(directory.resolve("text.pem"), "hello");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        for (Path file : List.of(text, broken, directory, directory.resolve("missing.pem"))) {
            ConfigNode node = yaml("caPool: " + file);

            local(node);

            assertThat(node.problems().all()).singleElement().asString().contains("caPool: " + file);
        }
    }

    private OriginOptions local(ConfigNode node) {
        return read(node, OriginRequest.DEFAULT).options();
    }

    private OriginRequest read(ConfigNode node, OriginRequest inherited) {
        return OriginRequestReader.read(node, inherited, IngressReader.Mode.LOCAL, warnings);
    }

    private OriginOptions remote(ConfigNode node) {
        return OriginRequestReader.read(node, OriginRequest.DEFAULT, IngressReader.Mode.REMOTE, warnings)
                .options();
    }

    private static ConfigNode yaml(String text) {
        return ConfigNode.yaml("config.yml", text);
    }

    private static Path authority() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(OriginRequestReaderTest.class.getResource("authority.pem"))
                .toURI());
    }
}
