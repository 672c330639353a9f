package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.logging.LoggedLines;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteConfigTest {
    private final Ingress initial =
            IngressReader.local(ConfigNode.yaml("config.yml", "ingress: [{service: http_status:418}]"));
    private final RemoteConfig config = new RemoteConfig(initial);

    /** Pushes and answers in turn, from the transcript config.log; what {@code err} holds is not part of the contract. */
    @Test
    void answersTheRecordedPushesLikeCloudflared() throws IOException {
        List<String> lines = resource("pushes.txt").lines().toList();

        assertThat(lines).hasSize(38);
        for (int i = 0; i < lines.size(); i += 2) {
            String push = lines.get(i);
            String recorded = lines.get(i + 1);
            RouteTable before = config.routes();

            String answer = apply(push);

            if (recorded.equals("502")) {
                assertThat(answer).as(push).isNull();
                assertThat(config.routes()).as(push).isSameAs(before);
            } else if (recorded.endsWith("\"err\":null}")) {
                assertThat(answer).as(push).isEqualTo(recorded);
            } else {
                String version = recorded.substring(0, recorded.indexOf(",\"err\":"));
                assertThat(answer).as(push).startsWith(version + ",\"err\":{\"message\":\"");
                assertThat(config.routes()).as(push).isSameAs(before);
            }
        }
        assertThat(config.version()).isEqualTo(20);
        assertThat(config.routes().routes()).hasSize(2);
        assertThat(config.routes().routes().get(0).options().httpHostHeader()).isEqualTo("hh");
        assertThat(config.ingress().warpRouting().maxActiveFlows()).isEqualTo(3);
    }

    @Test
    void servesTheInitialRulesUntilTheFirstPush() {
        assertThat(config.version()).isEqualTo(-1);
        assertThat(config.routes()).isSameAs(initial.routes());

        assertThat(apply(push(0, 404))).isEqualTo("{\"lastAppliedVersion\":0,\"err\":null}");

        assertThat(status()).isEqualTo(404);
    }

    @Test
    void appliesOnlyHigherVersions() {
        apply(push(5, 200));

        for (int version : new int[] {5, 4, 0, -1, -7, Integer.MIN_VALUE}) {
            assertThat(apply(push(version, 404))).isEqualTo("{\"lastAppliedVersion\":5,\"err\":null}");
        }

        assertThat(status()).isEqualTo(200);
        assertThat(apply(push(Integer.MAX_VALUE, 404))).isEqualTo("{\"lastAppliedVersion\":2147483647,\"err\":null}");
        assertThat(status()).isEqualTo(404);
    }

    @Test
    void logsACountAndAHashInsteadOfTheWholeConfiguration() {
        try (LoggedLines log = LoggedLines.of(RemoteConfig.class)) {
            apply(push(5, 203));

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .matches("INF Updated to new configuration version=5 rules=1 sha256=[0-9a-f]{12,64}")
                    .doesNotContain("http_status");
        }
    }

    @Test
    void logsBothVersionsOfAConfigurationThatIsNotNewer() {
        apply(push(5, 200));
        try (LoggedLines log = LoggedLines.of(RemoteConfig.class)) {
            apply(push(4, 404));

            assertThat(log.lines())
                    .containsExactly("DBG remote configuration is not newer current_version=5 received_version=4");
        }
    }

    @Test
    void doesNotLookAtAnOldConfiguration() {
        apply(push(5, 200));

        assertThat(apply("{\"version\":5,\"config\":7}")).isEqualTo("{\"lastAppliedVersion\":5,\"err\":null}");
    }

    @Test
    void acceptsAVersionAgainAfterItFailed() {
        assertThat(apply(push(3, 99))).startsWith("{\"lastAppliedVersion\":-1,\"err\":{");

        assertThat(apply(push(3, 200))).isEqualTo("{\"lastAppliedVersion\":3,\"err\":null}");
    }

    @Test
    void saysEveryProblem() {
        String answer = apply("""
                {"version":1,"config":{"ingress":[{"service":"bo\\"gus"},{"hostname":"a","service":"http_status:1"}]}}""");

        assertThat(answer)
                .isEqualTo("{\"lastAppliedVersion\":-1,\"err\":{\"message\":\"remote configuration:1:"
                        + " config.ingress[0].service: bo\\\"gus is an invalid address, please make sure it has a scheme"
                        + " and a hostname\\nremote configuration:1: config.ingress[0]: Rule #1 is matching the hostname"
                        + " \\\"\\\" without a path, so no request gets past it; such a rule must be the last"
                        + "\\nremote configuration:1: config.ingress[1].service: invalid HTTP status code \\\"1\\\","
                        + " must be 100 to 999\\nremote configuration:1: config.ingress[1]: The last ingress rule must"
                        + " match all URLs: it must have neither a hostname nor a path\"}}");
        assertThat(status()).isEqualTo(418);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "[]",
                "\"x\"",
                "{",
                "{}",
                "{\"config\":{}}",
                "{\"version\":null,\"config\":{}}",
                "{\"version\":\"1\",\"config\":{}}",
                "{\"version\":1.5,\"config\":{}}",
                "{\"version\":true,\"config\":{}}",
                "{\"version\":2147483648,\"config\":{}}",
                "{\"version\":-2147483649,\"config\":{}}",
                "{\"version\":1,\"config\":{}} trailing",
                "{\"version\":1,\"config\":{}"
            })
    void doesNotAnswerAnUnreadableEnvelope(String body) {
        assertThat(apply(body)).isNull();
        assertThat(config.version()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":1}",
                "{\"version\":1,\"config\":null}",
                "{\"version\":1,\"config\":[]}",
                "{\"version\":1,\"config\":\"x\"}",
                "{\"version\":1,\"config\":{\"ingress\":[],\"ingress\":[]}}",
                "{\"version\":1,\"config\":{\"originRequest\":{\"access\":{\"required\":true,\"audTag\":[\"a\"]}}}}"
            })
    void refusesConfigurationsThatCannotBeApplied(String body) {
        assertThat(apply(body)).startsWith("{\"lastAppliedVersion\":-1,\"err\":{\"message\":\"");
        assertThat(config.version()).isEqualTo(-1);
    }

    @Test
    void keepsTheHighestOfConcurrentPushes() throws Exception {
        int threads = 8;
        int versions = 400;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int first = thread;
            Callable<Boolean> pushes = () -> {
                start.await(10, TimeUnit.SECONDS);
                int last = -1;
                boolean rising = true;
                for (int version = first; version < versions; version += threads) {
                    String answer = apply(push(version, 100 + version));
                    int current = config.version();
                    rising &= current >= last && current >= version && answer != null && answer.endsWith(":null}");
                    last = current;
                }
                return rising;
            };
            results.add(executor.submit(pushes));
        }

        for (Future<Boolean> result : results) {
            assertThat(result.get(30, TimeUnit.SECONDS)).isTrue();
        }
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(config.version()).isEqualTo(versions - 1);
        assertThat(status()).isEqualTo(100 + versions - 1);
    }

    private int status() {
        Target target = Objects.requireNonNull(config.routes().match("any.example", "/"))
                .target();
        return ((Target.FixedStatus) target).status();
    }

    private static String push(int version, int status) {
        return "{\"version\":" + version + ",\"config\":{\"ingress\":[{\"service\":\"http_status:" + status + "\"}]}}";
    }

    private @Nullable String apply(String body) {
        byte[] answer = config.apply(body.getBytes(StandardCharsets.UTF_8));
        return answer == null ? null : new String(answer, StandardCharsets.UTF_8);
    }

    private static String resource(String name) throws IOException {
        try (InputStream content = Objects.requireNonNull(RemoteConfigTest.class.getResourceAsStream(name))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
