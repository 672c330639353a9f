package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.config.ConfigNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LocalConfigurationTest {
    @Test
    void tellsFlagsRulesAndNothingThatIsDefault() {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("loglevel", "debug");
        flags.put("protocol", "http2");

        assertThat(local("""
                        ingress:
                          - {hostname: h.example, path: p, service: "ws://s"}
                          - service: hello-world
                        """).localConfiguration(flags))
                .isEqualTo("{\"__configuration_flags\":{\"loglevel\":\"debug\",\"protocol\":\"http2\"},\"ingress\":["
                        + "{\"hostname\":\"h.example\",\"path\":\"p\",\"service\":\"ws://s\",\"originRequest\":{}},"
                        + "{\"service\":\"hello-world\",\"originRequest\":{}}],\"warp-routing\":{}}");
    }

    @Test
    void tellsEffectiveSettingsInSeconds() {
        assertThat(local("""
                        originRequest: {connectTimeout: 1500ms, tlsTimeout: 10s, httpHostHeader: "a", responseTimeout: 5s}
                        ingress:
                          - hostname: h.example
                            service: http://s
                            originRequest: {tlsTimeout: 2m, httpHostHeader: "", keepAliveConnections: 0, noTLSVerify: true}
                          - service: http_status:404
                        warp-routing: {connectTimeout: 1h, maxActiveFlows: 9, tcpKeepAlive: 30s}
                        """).localConfiguration(Map.of()))
                .isEqualTo("{\"ingress\":[{\"hostname\":\"h.example\",\"service\":\"http://s\",\"originRequest\":"
                        + "{\"connectTimeout\":1.5,\"tlsTimeout\":120,\"keepAliveConnections\":0,\"noTLSVerify\":true}},"
                        + "{\"service\":\"http_status:404\",\"originRequest\":"
                        + "{\"connectTimeout\":1.5,\"httpHostHeader\":\"a\"}}],"
                        + "\"warp-routing\":{\"connectTimeout\":3600,\"maxActiveFlows\":9}}");
    }

    @Test
    void tellsWhoMayUseARuleAndWhere() {
        assertThat(local("""
                        originRequest: {access: {required: true, teamName: t, audTag: [b, a]}, http2Origin: true}
                        ingress:
                          - service: socks-proxy
                            originRequest: {ipRules: [{prefix: 10.0.0.0/8, ports: [443, 22], allow: true}]}
                        """).localConfiguration(Map.of()))
                .isEqualTo("{\"ingress\":[{\"service\":\"socks-proxy\",\"originRequest\":{\"http2Origin\":true,"
                        + "\"ipRules\":[{\"prefix\":\"10.0.0.0/8\",\"ports\":[22,443],\"allow\":true}],"
                        + "\"access\":{\"required\":true,\"teamName\":\"t\",\"audTag\":[\"a\",\"b\"]}}}],"
                        + "\"warp-routing\":{}}");
    }

    @Test
    void tellsTheImplicitRule() {
        assertThat(IngressReader.unavailable().localConfiguration(Map.of()))
                .isEqualTo(
                        "{\"ingress\":[{\"service\":\"http_status:503\",\"originRequest\":{}}],\"warp-routing\":{}}");
    }

    private static Ingress local(String text) {
        return IngressReader.local(ConfigNode.yaml("config.yml", text));
    }
}
