package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds what is served against the OpenAPI document: every operation is asked, every answer has the form promised. */
@Timeout(120)
class ApiContractTest {
    private static final String T = "/client/v4/accounts/{account}/cfd_tunnel";
    private static final String Z = "/client/v4/zones/{zone}";

    private final JsonNode document = document();
    private final Set<String> asked = new TreeSet<>();
    private EdgeSim sim;
    private ApiClient api;
    private String zone = "";
    private String tunnel = "";
    private String dns = "";

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
    void answersEveryOperationAsTheDocumentSays() throws Exception {
        ok("get /openapi.json", null);
        ok("get /client/v4/user/tokens/verify", null);
        ok("get /client/v4/accounts", null);
        ok("get /client/v4/accounts/{account}", null);
        zone = ok("get /client/v4/zones", null)
                .path("result")
                .path(0)
                .path("id")
                .textValue();
        ok("get " + Z, null);
        tunnel = ok("post " + T, "{'name':'web'}").path("result").path("id").textValue();
        ok("get " + T + "/{tunnel}/configurations", null);
        ok("put " + T + "/{tunnel}/configurations", "{'config':{'ingress':[{'service':'http_status:404'}]}}");
        ok("get " + T + "/{tunnel}/configurations", null);
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TunnelToken.parse(sim.token("web")), 0)) {
            assertThat(connector.nextConfiguration()).isNotNull();
            sim.awaitServing("web", 1, Duration.ofSeconds(10)).join();
            ok("get " + T, null);
            ok("get " + T + "/{tunnel}", null);
            ok("get " + T + "/{tunnel}/connections", null);
            failed("delete " + T + "/{tunnel}", null, 400);
            ok("delete " + T + "/{tunnel}/connections", null);
        }
        ok("patch " + T + "/{tunnel}", "{'name':'web2'}");
        ok("get " + T + "/{tunnel}/token", null);
        ok("post " + T + "/{tunnel}/management", null);
        ok("post " + T + "/{tunnel}/management/{resource}", null);
        String body = "{'name':'%s','type':'CNAME','content':'" + tunnel + ".cfargotunnel.com'}";
        dns = ok("post " + Z + "/dns_records", body.formatted("a"))
                .path("result")
                .path("id")
                .textValue();
        failed("post " + Z + "/dns_records", body.formatted("a"), 400);
        ok("get " + Z + "/dns_records", null);
        ok("get " + Z + "/dns_records/{record}", null);
        ok("put " + Z + "/dns_records/{record}", body.formatted("b"));
        ok("patch " + Z + "/dns_records/{record}", "{'comment':'mine'}");
        ok("delete " + Z + "/dns_records/{record}", null);
        failed("get " + Z + "/dns_records/{record}", null, 404);
        ok("put " + Z + "/tunnels/{tunnel}/routes", "{'type':'dns','user_hostname':'c.example.test'}");
        ok("delete " + T + "/{tunnel}", null);
        ok("get " + T, null);
        failed("get " + T + "/{tunnel}/token", null, 404);
        ok("post /tunnel", null);
        asked.add("get /login");
        assertThat(api.ask("GET", "/login?key=wrong", null).status()).isEqualTo(403);

        assertThat(asked).as("operations of the document that were asked").isEqualTo(operations());
    }

    @Test
    void documentsEveryRoute() {
        Set<String> served = new TreeSet<>();
        // The console's own feed is no part of this API.
        sim.apiRoutes().stream()
                .filter(route -> route.contains(" /client/") || !route.matches("GET /|\\S+ /(sim|assets)/.*"))
                .forEach(route -> served.add(lower(route)));

        assertThat(operations()).isEqualTo(served);
    }

    private JsonNode ok(String operation, @Nullable String body) throws Exception {
        return exchange(operation, body, 200);
    }

    private void failed(String operation, @Nullable String body, int status) throws Exception {
        exchange(operation, body, status);
    }

    private JsonNode exchange(String operation, @Nullable String body, int status) throws Exception {
        asked.add(operation);
        String[] parts = operation.split(" ", 2);
        String path = parts[1].replace("{account}", TunnelSpec.ACCOUNT)
                .replace("{tunnel}", tunnel)
                .replace("{zone}", zone)
                .replace("{record}", dns)
                .replace("{resource}", "logs");
        if (body != null) {
            assertValid(
                    pointer(operation) + "/requestBody", new JsonMapper().readTree(body.replace('\'', '"')), operation);
        }

        ApiClient.Reply reply = api.ask(parts[0].toUpperCase(Locale.ROOT), path, body);

        assertThat(reply.status()).as(operation).isEqualTo(status);
        String answered = status == 200 ? "200" : "default";
        assertValid(pointer(operation) + "/responses/" + answered, reply.json(), operation);
        return reply.json();
    }

    private void assertValid(String pointer, JsonNode value, String operation) {
        JsonNode schema = document.at(pointer + "/content/application~1json/schema");
        assertThat(schema.isObject()).as(pointer).isTrue();
        // The whole document goes along, for its references.
        ObjectNode whole = new JsonMapper().createObjectNode();
        whole.set("components", document.path("components"));
        whole.set("allOf", new JsonMapper().createArrayNode().add(schema));
        JsonSchema validator = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        whole,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
        assertThat(validator.validate(value)).as(operation + " " + value).isEmpty();
    }

    private static String pointer(String operation) {
        String[] parts = operation.split(" ", 2);
        return "/paths/" + parts[1].replace("~", "~0").replace("/", "~1") + "/" + parts[0];
    }

    private Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> operations.add(method + " " + path.getKey())));
        return operations;
    }

    private static String lower(String route) {
        String[] parts = route.split(" ", 2);
        return parts[0].toLowerCase(Locale.ROOT) + " " + parts[1];
    }

    private static JsonNode document() {
        try (InputStream in = EdgeSim.class.getResourceAsStream("api/openapi.json")) {
            return new JsonMapper().readTree(Objects.requireNonNull(in, "in the jar"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
