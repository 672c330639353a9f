package dev.adit.edgesim;

import static dev.adit.edgesim.ApiClient.ACCOUNT;
import static dev.adit.edgesim.ApiClient.TUNNELS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as cloudflared and a Terraform provider ask it. */
@Timeout(60)
class ApiTest {
    private static final String NO_TUNNEL = "00000000-0000-0000-0000-000000000000";

    private EdgeSim sim;
    private ApiClient api;

    @BeforeEach
    void start() throws IOException {
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("ci", List.of("ci.example.test"), null)));
        api = new ApiClient(sim);
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void leadsATunnelThroughItsLife() throws Exception {
        JsonNode made = api.result(
                "POST", TUNNELS, "{'name':'web','tunnel_secret':'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='}");
        String path = TUNNELS + "/" + made.path("id").textValue();
        String token = api.result("GET", path + "/token", null).textValue();
        assertThat(token).isEqualTo(made.path("token").textValue());
        assertThat(TunnelToken.parse(token).secret().toBytes()).hasSize(32).startsWith(0, 1, 2, 3);
        assertThat(made.path("status").textValue()).isEqualTo("inactive");

        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TunnelToken.parse(token), 0)) {
            sim.awaitServing("web", 1, Duration.ofSeconds(10)).join();
            JsonNode client = api.result("GET", path + "/connections", null).path(0);
            assertThat(client.path("id").textValue()).isEqualTo(ConnectorDouble.CLIENT.toString());
            assertThat(client.path("conns").path(0).path("origin_ip").textValue())
                    .isEqualTo("127.0.0.1");
            JsonNode listed = api.result("GET", TUNNELS + "?page=1&is_deleted=false&name=web&per_page=100", null);
            assertThat(listed).hasSize(1);
            assertThat(listed.path(0).path("connections")).hasSize(1);
            assertThat(listed.path(0).path("status").textValue()).isEqualTo("degraded");
            assertThat(listed.path(0).path("conns_active_at").isTextual()).isTrue();

            ApiClient.Reply refused = api.ask("DELETE", path, null);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.code()).isEqualTo(1022);

            api.result("DELETE", path + "/connections?client_id=" + NO_TUNNEL, null);
            assertThat(api.result("GET", path + "/connections", null)).hasSize(1);
            api.result("DELETE", path + "/connections?client_id=" + ConnectorDouble.CLIENT, null);
            connector.whenClosed().get(10, TimeUnit.SECONDS);
        }
        JsonNode gone = api.result("DELETE", path + "?cascade=true", null);
        assertThat(gone.path("deleted_at").isTextual()).isTrue();
        assertThat(api.result("GET", TUNNELS + "?is_deleted=false&name=web", null))
                .isEmpty();
        assertThat(api.result("GET", TUNNELS + "?name=web", null)).hasSize(1);
        assertThat(api.result("GET", path, null).path("deleted_at").isTextual()).isTrue();
        assertThat(api.ask("GET", path + "/token", null).status()).isEqualTo(404);
        assertThat(api.tunnel("web"))
                .as("the name is free again")
                .isNotEqualTo(made.path("id").textValue());
    }

    @Test
    void closesTheConnectionsOfATunnelThatIsDeletedWithForce() throws Exception {
        String id = api.tunnel("web");
        TunnelToken token = TunnelToken.parse(sim.token("web"));
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, token, 0)) {
            api.result("DELETE", TUNNELS + "/" + id + "?cascade=true", null);

            connector.whenClosed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void pushesAConfigurationLive() throws Exception {
        String path = TUNNELS + "/" + api.tunnel("web") + "/configurations";
        assertThat(api.result("GET", path, null).path("source").textValue()).isEqualTo("local");
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TunnelToken.parse(sim.token("web")), 0)) {
            JsonNode set = api.result("PUT", path, "{'config':{'ingress':[{'service':'http_status:418'}]}}");

            assertThat(set.path("version").intValue()).isEqualTo(1);
            assertThat(connector.nextConfiguration())
                    .isEqualTo("{\"version\":1,\"config\":{\"ingress\":[{\"service\":\"http_status:418\"}]}}");
        }
        JsonNode read = api.result("GET", path, null);
        assertThat(read.path("source").textValue()).isEqualTo("cloudflare");
        assertThat(read.path("config").path("ingress")).hasSize(1);
        assertThat(api.result("PUT", path, "{'config':{}}").path("version").intValue())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                                           | config must be an object",
                "{'ingress':{}}                                               | must be a list",
                "{'ingress':[{'hostname':'a.example','service':'http://a'}]}  | must match all URLs",
                "{'ingress':[{'service':'http://a'},{'service':'http://b'}]}  | would never be used",
                "{'ingress':[{'service':'http://a/'}]}                        | without a path",
                "{'ingress':[{'service':'a'}]}                                | without a path",
                "{'ingress':[{}]}                                             | service is required",
                "{'ingress':[{'hostname':'a:80','service':'http://a'}]}       | no port",
                "{'ingress':[{'hostname':'a*','service':'http://a'}]}         | no port",
                "{'ingress':[{'path':'(','service':'http://a'}]}              | no regular expression",
                "{'originRequest':{'connectTimeout':'30s'}}                   | whole seconds",
                "{'originRequest':{'connectTimeout':1.5}}                     | whole seconds",
                "{'originRequest':{'access':{'required':true,'audTag':['x']}}} | teamName"
            })
    void refusesAConfigurationThatAConnectorWouldRefuse(String config, String message) throws Exception {
        String path = TUNNELS + "/" + api.tunnel("web") + "/configurations";

        ApiClient.Reply reply = api.ask("PUT", path, "{'config':" + config + "}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("errors").path(0).path("message").textValue())
                .contains(message);
        assertThat(api.result("GET", path, null).path("version").intValue()).isZero();
    }

    @Test
    void listsWithEveryFilterAndInPages() throws Exception {
        Instant before = Instant.now().minusSeconds(60);
        String alpha = api.tunnel("alpha-1");
        api.tunnel("alpha-2");
        api.result("DELETE", TUNNELS + "/" + api.tunnel("beta"), null);

        assertThat(names("name_prefix=alpha")).containsExactly("alpha-1", "alpha-2");
        assertThat(names("include_prefix=alpha")).containsExactly("alpha-1", "alpha-2");
        assertThat(names("exclude_prefix=alpha")).containsExactly("ci", "beta");
        assertThat(names("uuid=" + alpha)).containsExactly("alpha-1");
        assertThat(names("is_deleted=true")).containsExactly("beta");
        assertThat(names("is_deleted=false")).containsExactly("ci", "alpha-1", "alpha-2");
        assertThat(names("status=healthy")).isEmpty();
        assertThat(names("existed_at=" + before)).isEmpty();
        assertThat(names("existed_at=" + ApiClient.encoded("2999-01-01T00:00:00+02:00")))
                .containsExactly("ci", "alpha-1", "alpha-2");
        JsonNode page = api.ask("GET", TUNNELS + "?per_page=3&page=2", null).json();
        assertThat(page.path("result")).hasSize(1);
        assertThat(page.path("result_info").toString())
                .isEqualTo("{\"count\":1,\"page\":2,\"per_page\":3,\"total_count\":4,\"total_pages\":2}");
    }

    private List<String> names(String query) throws Exception {
        return api.result("GET", TUNNELS + "?" + query, null).findValuesAsText("name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /cfd_tunnel | {'name':'ci'}                                | 409 | 1013",
                "POST | /cfd_tunnel | {}                                           | 400 | 1002",
                "POST | /cfd_tunnel | {'name':'a b'}                               | 400 | 1002",
                "POST | /cfd_tunnel | {'name':7}                                   | 400 | 1002",
                "POST | /cfd_tunnel | {'name':'a','tunnel_secret':'AQID'}          | 400 | 1002",
                "POST | /cfd_tunnel | {'name':'a','tunnel_secret':'!'}             | 400 | 1002",
                "POST | /cfd_tunnel | {'name':'a','config_src':'x'}                | 400 | 1002",
                "GET  | /cfd_tunnel/nonsense |                                     | 400 | 1002",
                "GET  | /cfd_tunnel/00000000-0000-0000-0000-000000000000 |         | 404 | 1003",
                "GET  | /cfd_tunnel?page=0 |                                       | 400 | 1002",
                "GET  | /cfd_tunnel?is_deleted=maybe |                             | 400 | 1002",
                "GET  | /cfd_tunnel?existed_at=yesterday |                         | 400 | 1002",
                "PUT  | /cfd_tunnel | {}                                           | 405 | 10405"
            })
    void refusesWithStatusAndCode(String method, String path, String body, int status, int code) throws Exception {
        ApiClient.Reply reply = api.ask(method, ACCOUNT + path, body);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.json().path("success").asBoolean(true)).isFalse();
    }

    @Test
    void knowsOneAccountOnly() throws Exception {
        assertThat(api.ask("GET", "/client/v4/accounts/other/cfd_tunnel", null).status())
                .isEqualTo(404);
        assertThat(api.result("GET", "/client/v4/accounts", null)).hasSize(1);
        assertThat(api.result("GET", ACCOUNT, null).path("id").textValue()).isEqualTo(TunnelSpec.ACCOUNT);
        assertThat(api.result("GET", "/client/v4/user/tokens/verify", null)
                        .path("status")
                        .textValue())
                .isEqualTo("active");
    }

    @Test
    void changesNameAndSecret() throws Exception {
        String id = api.tunnel("web");

        JsonNode changed = api.result(
                "PATCH",
                TUNNELS + "/" + id,
                "{'name':'web2','tunnel_secret':'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='}");

        assertThat(changed.path("name").textValue()).isEqualTo("web2");
        assertThat(TunnelToken.parse(sim.token("web2")).secret().toBytes()).startsWith(0, 1, 2);
        assertThat(api.ask("PATCH", TUNNELS + "/" + id, "{'name':'ci'}").status())
                .isEqualTo(409);
    }

    @Test
    void routesHostNames() throws Exception {
        String zone = "/client/v4/zones/" + api.zone("example.test");
        String web = api.tunnel("web");
        String other = api.tunnel("other");
        String route = "{'type':'dns','user_hostname':'www.example.test','overwrite_existing':%s}";

        assertThat(api.result("PUT", zone + "/tunnels/" + web + "/routes", route.formatted(false))
                        .toString())
                .isEqualTo("{\"cname\":\"new\",\"name\":\"www.example.test\"}");
        assertThat(api.result("PUT", zone + "/tunnels/" + web + "/routes", route.formatted(false))
                        .path("cname")
                        .textValue())
                .isEqualTo("unchanged");
        ApiClient.Reply foreign = api.ask("PUT", zone + "/tunnels/" + other + "/routes", route.formatted(false));
        assertThat(foreign.status()).isEqualTo(400);
        assertThat(foreign.code()).isEqualTo(1003);
        assertThat(api.result("PUT", zone + "/tunnels/" + other + "/routes", route.formatted(true))
                        .path("cname")
                        .textValue())
                .isEqualTo("updated");
        JsonNode dns = api.result("GET", zone + "/dns_records?type=CNAME&name=www.example.test", null);
        assertThat(dns).hasSize(1);
        assertThat(dns.path(0).path("content").textValue()).isEqualTo(other + ".cfargotunnel.com");
        assertThat(api.result("GET", zone + "/dns_records", null).findValuesAsText("name"))
                .containsExactly("ci.example.test", "www.example.test");
    }

    @Test
    void keepsRecordsAsATerraformProviderWants() throws Exception {
        String records = "/client/v4/zones/" + api.zone("example.test") + "/dns_records";
        String web = api.tunnel("web");
        String body = "{'name':'%s','type':'CNAME','content':'" + web + ".cfargotunnel.com','ttl':1,'proxied':true}";

        JsonNode made = api.result("POST", records, body.formatted("a.example.test"));
        String one = records + "/" + made.path("id").textValue();
        assertThat(publicStatus("a.example.test")).isEqualTo(530);
        assertThat(api.ask("POST", records, body.formatted("a.example.test")).code())
                .isEqualTo(81_053);
        assertThat(api.ask("POST", records, "{'name':'b','type':'A','content':'192.0.2.1'}")
                        .status())
                .isEqualTo(400);
        assertThat(api.result("PUT", one, body.formatted("b")).path("name").textValue())
                .isEqualTo("b.example.test");
        assertThat(publicStatus("a.example.test")).isEqualTo(404);
        assertThat(publicStatus("b.example.test")).isEqualTo(530);
        assertThat(api.result("PATCH", one, "{'comment':'mine'}")
                        .path("comment")
                        .textValue())
                .isEqualTo("mine");
        assertThat(api.result("GET", one, null).path("created_on").textValue())
                .isEqualTo(made.path("created_on").textValue());
        api.result("DELETE", one, null);
        assertThat(publicStatus("b.example.test")).isEqualTo(404);
        assertThat(api.ask("GET", one, null).code()).isEqualTo(81_044);
    }

    @Test
    void makesQuickTunnelsThatTheAccountDoesNotList() throws Exception {
        JsonNode quick = api.result("POST", "/tunnel", null);

        String host = quick.path("hostname").textValue();
        assertThat(host).endsWith("." + AdminOptions.QUICK_DOMAIN);
        assertThat(publicStatus(host)).isEqualTo(530);
        assertThat(names("")).containsExactly("ci");
    }

    private int publicStatus(String host) throws IOException {
        try (RawClient eyeball = new RawClient(sim.ports().http())) {
            eyeball.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            return Integer.parseInt(eyeball.readHead().split(" ", 3)[1]);
        }
    }
}
