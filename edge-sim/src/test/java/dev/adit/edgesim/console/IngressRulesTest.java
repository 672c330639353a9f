package dev.adit.edgesim.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.console.IngressRules.Rule;
import dev.adit.edgesim.tunnel.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressRulesTest {
    private static final Rule APP = new Rule("app.test", "", "http://127.0.0.1:1");

    @Test
    void endsWithARuleForTheRest() {
        assertThat(IngressRules.of(null).json()).isEqualTo("{\"ingress\":[{\"service\":\"http_status:404\"}]}");
    }

    @Test
    void putsLongerPathsOfAHostFirst() {
        IngressRules rules = IngressRules.of(null);

        rules.add(APP);
        rules.add(new Rule("other.test", "", "http://127.0.0.1:2"));
        rules.add(new Rule("app.test", "^/api/", "http://127.0.0.1:3"));

        assertThat(rules.named())
                .extracting(Rule::service)
                .containsExactly("http://127.0.0.1:3", "http://127.0.0.1:1", "http://127.0.0.1:2");
        assertThat(rules.json()).endsWith("{\"service\":\"http_status:404\"}]}");
    }

    @Test
    void keepsWhatItDoesNotKnow() {
        IngressRules rules = of("{\"ingress\":[{\"hostname\":\"app.test\",\"service\":\"http://127.0.0.1:1\","
                + "\"originRequest\":{\"connectTimeout\":3}},{\"service\":\"http_status:503\"}],\"warp-routing\":{}}");

        rules.replace(APP, new Rule("new.test", "^/x", "http://127.0.0.1:2"));

        assertThat(rules.json())
                .isEqualTo("{\"ingress\":[{\"hostname\":\"new.test\",\"service\":\"http://127.0.0.1:2\","
                        + "\"originRequest\":{\"connectTimeout\":3},\"path\":\"^/x\"},"
                        + "{\"service\":\"http_status:503\"}],\"warp-routing\":{}}");
    }

    @Test
    void removesByHostAndPath() {
        IngressRules rules = IngressRules.of(null);
        rules.add(APP);
        rules.add(new Rule("app.test", "^/api/", "http://127.0.0.1:3"));

        assertThat(rules.remove(new Rule("app.test", "^/other", ""))).isFalse();
        assertThat(rules.remove(new Rule("app.test", "", ""))).isTrue();

        assertThat(rules.named()).extracting(Rule::path).containsExactly("^/api/");
        assertThat(rules.hasHost("app.test")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080",
                "https://origin.test",
                "ssh://10.0.0.1:22",
                "unix:/run/app.sock",
                "unix+tls:/run/app.sock",
                "http_status:404",
                "hello_world",
                "bastion",
                "socks-proxy"
            })
    void takesServicesThatConnectorsTake(String service) {
        new Rule("app.test", "", service).check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:80", "http://", "http://127.0.0.1/", "http://a b", "http_status:99"})
    void refusesServicesThatConnectorsRefuse(String service) {
        assertThatThrownBy(() -> new Rule("app.test", "", service).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("service must be");
    }

    @Test
    void refusesPathsThatAreNoExpressions() {
        assertThatThrownBy(() -> new Rule("app.test", "^/(", "http://127.0.0.1:1").check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path is not a regular expression");
    }

    private static IngressRules of(String json) {
        return IngressRules.of(new Configuration(1, json));
    }
}
