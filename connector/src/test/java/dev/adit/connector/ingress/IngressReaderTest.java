package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ListAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IngressReaderTest {
    @Test
    void readsTheRulesOfANode() {
        Ingress ingress = local("""
                tunnel: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0
                originRequest:
                  connectTimeout: 5s
                ingress:
                  - hostname: ci.example.com
                    service: http://127.0.0.1:8080
                  - hostname: "*.example.com"
                    path: ^/v2/
                    service: https://nexus.internal:8443
                    originRequest:
                      noTLSVerify: true
                  - service: http_status:404
                warp-routing:
                  connectTimeout: 7s
                  maxActiveFlows: 100
                  tcpKeepAlive: 60
                """);

        assertThat(ingress.routes().routes())
                .extracting(Route::target)
                .containsExactly(
                        new Target.HttpOrigin(false, "127.0.0.1", 8080),
                        new Target.HttpOrigin(true, "nexus.internal", 8443),
                        new Target.FixedStatus(404));
        assertThat(ingress.routes().routes().get(0).options().noTlsVerify()).isFalse();
        assertThat(ingress.routes().routes().get(1).options().noTlsVerify()).isTrue();
        assertThat(ingress.routes().routes())
                .allMatch(route -> route.options().connectTimeout().equals(Duration.ofSeconds(5)));
        assertThat(ingress.rules())
                .extracting(IngressRule::hostname, IngressRule::path, IngressRule::service)
                .containsExactly(
                        tuple("ci.example.com", "", "http://127.0.0.1:8080"),
                        tuple("*.example.com", "^/v2/", "https://nexus.internal:8443"),
                        tuple("", "", "http_status:404"));
        assertThat(ingress.warpRouting()).isEqualTo(new WarpRouting(Duration.ofSeconds(7), 100, Duration.ofMinutes(1)));
        assertThat(ingress.warnings()).isEmpty();
        assertThat(Objects.requireNonNull(ingress.routes().match("nexus.example.com", "/v2/x"))
                        .index())
                .isEqualTo(1);
    }

    @Test
    void namesEveryMistakeWithItsLine() {
        problemsOf(() -> local("""
                orginRequest: {}
                originRequest:
                  conectTimeout: 5s
                  tlsTimeout: 1.5
                ingress:
                  - hostname: a.example.com:80
                    service: htpp://x
                  - hostname: "*b.example.com"
                    path: "("
                    service: http://h/path
                    servic: twice
                  - service: http_status:1000
                  - hostname: c.example.com
                    originRequest:
                      caPool: does-not-exist.pem
                      http2Origin: "yes"
                      keepAliveConnections: -1
                  - just text
                  - hostname: d.example.com
                    service: tcp://localhost:0
                warp-routing:
                  maxActiveFlow: 3
                  tcpKeepAlive: soon
                """))
                .satisfiesExactly(
                        one -> assertThat(one)
                                .isEqualTo("config.yml:3: originRequest.conectTimeout: unknown key, did you mean"
                                        + " \"connectTimeout\"?"),
                        one -> assertThat(one)
                                .startsWith("config.yml:4: originRequest.tlsTimeout: 1.5 is not a duration"),
                        one -> assertThat(one)
                                .startsWith("config.yml:6: ingress[0].hostname: Hostname cannot contain a port"),
                        one -> assertThat(one)
                                .startsWith("config.yml:7: ingress[0].service: \"htpp://x\" is not a known service"),
                        one -> assertThat(one)
                                .startsWith("config.yml:8: ingress[1].hostname: Hostname patterns can have at most one"
                                        + " wildcard character"),
                        one -> assertThat(one)
                                .startsWith("config.yml:9: ingress[1].path: Rule #2 has an invalid regex: "),
                        one -> assertThat(one)
                                .startsWith("config.yml:10: ingress[1].service: http://h/path is an invalid address,"
                                        + " ingress rules don't support proxying to a different path"),
                        one -> assertThat(one)
                                .isEqualTo("config.yml:11: ingress[1].servic: unknown key, did you mean \"service\"?"),
                        one -> assertThat(one)
                                .startsWith("config.yml:12: ingress[2].service: invalid HTTP status code"),
                        one -> assertThat(one)
                                .startsWith("config.yml:12: ingress[2]: Rule #3 is matching the hostname"),
                        one -> assertThat(one)
                                .startsWith("config.yml:13: ingress[3].service: \"\" is an invalid address, please make"
                                        + " sure it has a scheme and a hostname"),
                        one -> assertThat(one)
                                .startsWith("config.yml:15: ingress[3].originRequest.caPool: does-not-exist.pem is not"
                                        + " a readable file"),
                        one -> assertThat(one)
                                .isEqualTo(
                                        "config.yml:16: ingress[3].originRequest.http2Origin: \"yes\" is neither true"
                                                + " nor false"),
                        one -> assertThat(one)
                                .startsWith("config.yml:17: ingress[3].originRequest.keepAliveConnections: -1 is not a"
                                        + " whole number"),
                        one -> assertThat(one).isEqualTo("config.yml:18: ingress[4]: a rule must be a map"),
                        one -> assertThat(one)
                                .startsWith("config.yml:19: ingress[5]: The last ingress rule must match all URLs"),
                        one -> assertThat(one)
                                .startsWith("config.yml:20: ingress[5].service: the port must be 1 to 65535"),
                        one -> assertThat(one)
                                .isEqualTo("config.yml:22: warp-routing.maxActiveFlow: unknown key, did you mean"
                                        + " \"maxActiveFlows\"?"),
                        one -> assertThat(one)
                                .startsWith("config.yml:23: warp-routing.tcpKeepAlive: \"soon\" is not a duration"));
    }

    @Test
    void addsItsProblemsToThoseOfItsCaller() {
        ConfigNode document = ConfigNode.yaml("config.yml", "tunel: x\ningress: []\n");
        document.problem("tunel", "unknown key");

        problemsOf(() -> IngressReader.local(document))
                .containsExactly(
                        "config.yml:1: tunel: unknown key",
                        "config.yml:2: ingress: The config file doesn't contain any ingress rules");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tunnel: x", "ingress:", "ingress: []", "ingress: ~", "{}"})
    void refusesAFileWithoutRules(String text) {
        problemsOf(() -> local(text))
                .singleElement()
                .asString()
                .contains("ingress: The config file doesn't contain any ingress rules");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "text", "7"})
    void refusesADocumentThatIsNoMap(String text) {
        problemsOf(() -> local(text)).containsExactly("config.yml:1: the configuration is not a map");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[{hostname: a.example, service: hello_world}]; The last ingress rule must match all URLs",
                "[{path: /a, service: hello_world}]; The last ingress rule must match all URLs",
                "[{service: hello_world}, {service: hello_world}]; Rule #1 is matching the hostname",
                "[{hostname: '*', service: hello_world}, {service: hello_world}]; Rule #1 is matching the hostname",
                "[{hostname: a.*, service: hello_world}, {service: hello_world}];"
                        + " Hostname patterns can have at most one wildcard character",
                "[{hostname: 'a:1', service: hello_world}, {service: hello_world}]; Hostname cannot contain a port",
                "[{path: 'a(?=b)', service: hello_world}, {service: hello_world}]; Rule #1 has an invalid regex",
                "[{path: '(a)\\1', service: hello_world}, {service: hello_world}]; Rule #1 has an invalid regex",
                "[{service: bogus}]; bogus is an invalid address, please make sure it has a scheme and a hostname",
                "[{service: http://h/}]; http://h/ is an invalid address, ingress rules don't support proxying",
                "[{service: http_status:99}]; invalid HTTP status code",
                "[{hostname: [a], service: hello_world}, {service: hello_world}]; a list is not a text",
                "[{service: [a]}]; a list is not a text",
                "[~]; a rule must be a map"
            })
    void refusesInvalidRulesFromBothSources(String rules, String message) {
        problemsOf(() -> local("ingress: " + rules))
                .anySatisfy(problem -> assertThat(problem).contains(": " + message));
        problemsOf(() -> IngressReader.remote(ConfigNode.yaml("config.yml", "ingress: " + rules)))
                .anySatisfy(problem -> assertThat(problem).contains(": " + message));
    }

    @Test
    void reportsAHostNameOfTheWrongTypeOnce() {
        problemsOf(() -> local("ingress: [{hostname: [a], service: hello_world}, {service: hello_world}]"))
                .hasSize(1);
    }

    @Test
    void acceptsEmptyFiltersAndAStarInTheLastRule() {
        Ingress ingress = local("ingress: [{hostname: '*', path: '', service: hello-world}]");

        assertThat(ingress.routes().routes()).singleElement().matches(Route::matchesAll);
    }

    @Test
    void inheritsKeyByKey() {
        Ingress ingress = local("""
                originRequest: {connectTimeout: 3s, httpHostHeader: global, noTLSVerify: true}
                ingress:
                  - hostname: a.example
                    service: http://a
                    originRequest: {connectTimeout: 1m30s, noTLSVerify: false}
                  - hostname: b.example
                    service: http://b
                    originRequest: {httpHostHeader: ""}
                  - service: http://c
                """);

        List<OriginOptions> options =
                ingress.routes().routes().stream().map(Route::options).toList();
        assertThat(options)
                .extracting(OriginOptions::connectTimeout)
                .map(Duration::toSeconds)
                .containsExactly(90L, 3L, 3L);
        assertThat(options).extracting(OriginOptions::httpHostHeader).containsExactly("global", null, "global");
        assertThat(options).extracting(OriginOptions::noTlsVerify).containsExactly(false, true, true);
        assertThat(options).allMatch(each -> each.tlsTimeout().equals(Duration.ofSeconds(10)));
    }

    @Test
    void everyRuleInheritsWhoMayUseIt() {
        String rules = """
                {"originRequest": {"access": {"required": true, "teamName": "team", "audTag": ["a"]}},
                 "ingress": [{"hostname": "a.example", "service": "http://a"},
                             {"hostname": "b.example", "service": "tcp://b:1", "originRequest": {"noTLSVerify": true}},
                             {"hostname": "c.example", "service": "http://c",
                              "originRequest": {"access": {"required": true, "teamName": "other", "audTag": ["o"]}}},
                             {"hostname": "d.example", "service": "http://d",
                              "originRequest": {"access": {"required": false}}},
                             {"service": "hello_world"}]}""";
        AccessPolicy policy = new AccessPolicy("team", false, Set.of("a"));

        for (Ingress ingress : List.of(local(rules), remote(rules))) {
            assertThat(ingress.routes().routes())
                    .extracting(Route::access)
                    .containsExactly(policy, policy, new AccessPolicy("other", false, Set.of("o")), null, policy);
        }
    }

    @Test
    void servesUnavailableWithoutPushedRules() {
        for (String config : List.of("{}", "{\"ingress\":[]}", "{\"ingress\":null}", "{\"originRequest\":{}}")) {
            Ingress ingress = remote(config);

            assertThat(ingress.routes().routes())
                    .singleElement()
                    .extracting(Route::target)
                    .isEqualTo(new Target.FixedStatus(503));
            assertThat(ingress.rules())
                    .singleElement()
                    .extracting(IngressRule::service)
                    .isEqualTo("http_status:503");
        }
    }

    @Test
    void ignoresUnknownKeysOfAPush() {
        Ingress ingress = remote("""
                {"new":1,"warp-routing":{"new":2,"enabled":true},"originRequest":{"new":[3]},
                 "ingress":[{"id":"7","service":"http_status:404","originRequest":{"new":{}}}]}""");

        assertThat(ingress.routes().routes()).hasSize(1);
        assertThat(ingress.warnings()).containsExactly("warp-routing.enabled has no meaning any more, ignored");
    }

    @Test
    void readsWarpRoutingOfAPush() {
        assertThat(remote("{\"warp-routing\":{\"connectTimeout\":7,\"maxActiveFlows\":3}}")
                        .warpRouting())
                .isEqualTo(new WarpRouting(Duration.ofSeconds(7), 3, Duration.ofSeconds(30)));
        assertThat(remote("{\"warp-routing\":{}}").warpRouting())
                .isEqualTo(new WarpRouting(Duration.ofSeconds(5), 0, Duration.ofSeconds(30)));
        problemsOf(() -> remote("{\"warp-routing\":{\"connectTimeout\":\"7s\",\"maxActiveFlows\":-1}}"))
                .hasSize(2);
    }

    @Test
    void readsWhichDestinationsFlowsMayReach() {
        Ingress ingress = IngressReader.local(ConfigNode.yaml("config.yml", """
                warp-routing:
                  ipRules:
                    - prefix: 10.0.0.0/8
                      ports: [443]
                      allow: true
                ingress:
                  - service: http_status:404
                """));

        assertThat(ingress.warpRouting().limits().allowed())
                .isEqualTo(new IpRules(List.of(IpRules.Rule.of("10.0.0.0/8", Set.of(443), true))));
        assertThat(ingress.complete(-1))
                .contains("\"ipRules\":[{\"prefix\":\"10.0.0.0/8\",\"ports\":[443],\"allow\":true}]}");
        problemsOf(() -> remote("{\"warp-routing\":{\"ipRules\":[{\"prefix\":\"10\"}]}}"))
                .hasSize(1);
    }

    @Test
    void unavailableIsTheSameAsAnEmptyPush() {
        assertThat(IngressReader.unavailable().localConfiguration(Map.of()))
                .isEqualTo(remote("{}").localConfiguration(Map.of()));
    }

    private static Ingress local(String text) {
        return IngressReader.local(ConfigNode.yaml("config.yml", text));
    }

    private static Ingress remote(String text) {
        return IngressReader.remote(ConfigNode.json("push", text));
    }

    private static ListAssert<String> problemsOf(ThrowingCallable reading) {
        return assertThatThrownBy(reading)
                .asInstanceOf(InstanceOfAssertFactories.throwable(InvalidConfig.class))
                .extracting(InvalidConfig::problems)
                .asInstanceOf(InstanceOfAssertFactories.list(String.class));
    }
}
