package dev.adit.edgesim.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PortInUseException;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConsoleTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private EdgeSim sim;

    @BeforeEach
    void start() throws PortInUseException {
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("main", List.of("main.test"), "http://127.0.0.1:1")));
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html; charset=utf-8",
        "/console/console.css,text/css; charset=utf-8",
        "/console/console.js,text/javascript; charset=utf-8",
        "/console/icon.svg,image/svg+xml"
    })
    void servesItsFilesToBeCheckedEachTime(String path, String type) throws Exception {
        HttpResponse<String> first = client.send(request(path).build(), BodyHandlers.ofString());
        String etag = first.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> second =
                client.send(request(path).header("if-none-match", etag).build(), BodyHandlers.ofString());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("content-type")).hasValue(type);
        assertThat(first.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(first.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'"));
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
    }

    @Test
    void hasNoScriptOrStyleInThePageItself() throws Exception {
        String page = client.send(request("/").build(), BodyHandlers.ofString()).body();

        assertThat(page)
                .doesNotContain("<style", " style=", "javascript:")
                .doesNotContainPattern("<script(?![^>]* src=)");
        assertThat(page).doesNotContainPattern("\\son[a-z]+=").doesNotContain("src=\"http", "href=\"http", "url(");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sim/live", "/sim/tunnels", "/sim/requests", "/sim/faults", "/sim/events"})
    void wantsTheToken(String path) throws Exception {
        assertThat(client.send(request(path).build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void makesPublishesAndDeletes() throws Exception {
        JsonNode made = call("POST", "/sim/tunnels", "{'name':'new'}");
        String path = "/sim/tunnels/" + made.path("id").asText();

        call("POST", path + "/applications", "{'hostname':'App.test','service':'http://127.0.0.1:2'}");
        JsonNode published = tunnel("new");
        call(
                "POST",
                path + "/applications",
                "{'hostname':'app2.test','path':'^/a','service':'http://127.0.0.1:3','replaces':{'hostname':'app.test'}}");
        JsonNode edited = tunnel("new");
        call("DELETE", path + "/applications", "{'hostname':'app2.test','path':'^/a'}");
        JsonNode withdrawn = tunnel("new");

        assertThat(made.path("token").asText()).isEqualTo(sim.token("new"));
        assertThat(call("GET", path + "/token", null).path("token").asText()).isEqualTo(sim.token("new"));
        assertThat(published.path("routes"))
                .hasToString(
                        "[{\"hostname\":\"app.test\",\"path\":\"\",\"service\":\"http://127.0.0.1:2\",\"dns\":true}]");
        assertThat(edited.path("routes"))
                .hasToString(
                        "[{\"hostname\":\"app2.test\",\"path\":\"^/a\",\"service\":\"http://127.0.0.1:3\",\"dns\":true}]");
        assertThat(withdrawn.path("routes")).isEmpty();
        assertThat(withdrawn.path("version").asInt()).isEqualTo(4);
        call("DELETE", path, null);
        assertThat(call("GET", "/sim/tunnels", null).path("tunnels")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/sim/tunnels|{'name':'main'}|two tunnels are called main",
                "/sim/tunnels|{'name':'a b'}|tunnel name must be",
                "/sim/tunnels|{}|tunnel name must be",
                "/sim/tunnels/ID/applications|{'hostname':'main.test','service':'http://h:1'}|is a rule for main.test",
                "/sim/tunnels/ID/applications|{'hostname':'a.test','service':'h:1'}|service must be",
                "/sim/tunnels/ID/applications|{'hostname':'<b>','service':'http://h:1'}|not a host name",
                "/sim/tunnels/x/applications|{}|Invalid UUID",
                "/sim/faults|{'fault':'rain'}|fault must be one of",
                "/sim/faults|{'fault':'cut-all','tunnel':'none'}|no tunnel is called none"
            })
    void saysWhatIsWrong(String path, String order, String words) throws Exception {
        String id = tunnel("main").path("id").asText();

        HttpResponse<String> answer = send("POST", path.replace("ID", id), order);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).at("/errors/0/message").asText())
                .contains(words);
    }

    @Test
    void leavesAHostToTheTunnelThatHasIt() throws Exception {
        JsonNode made = call("POST", "/sim/tunnels", "{'name':'new'}");

        HttpResponse<String> answer = send(
                "POST",
                "/sim/tunnels/" + made.path("id").asText() + "/applications",
                "{'hostname':'main.test','service':'http://127.0.0.1:2'}");

        assertThat(answer.body()).contains("main.test leads to tunnel main already");
        assertThat(tunnel("main").path("routes")).hasSize(1);
    }

    @Test
    void ordersAndHealsFaults() throws Exception {
        JsonNode one = call("POST", "/sim/faults", "{'fault':'stall-reads','tunnel':'main','for':'1h'}");
        call("POST", "/sim/faults", "{'fault':'black-hole'}");
        call("POST", "/sim/faults", "{'fault':'cut-all'}");
        JsonNode running = call("GET", "/sim/faults", null);
        call("DELETE", "/sim/faults/" + one.path("sequence").asText(), null);
        int again = send("DELETE", "/sim/faults/" + one.path("sequence").asText(), null)
                .statusCode();
        call("DELETE", "/sim/faults", null);

        assertThat(running.path("kinds")).hasSizeGreaterThan(10);
        assertThat(running.path("running").findValuesAsText("fault")).containsExactly("stall-reads", "black-hole");
        assertThat(running.at("/running/0/scope").asText()).isEqualTo("tunnel/main");
        assertThat(running.at("/running/0/endsAt").asText()).isNotEmpty();
        assertThat(running.at("/running/1/endsAt").isNull()).isTrue();
        assertThat(again).isEqualTo(404);
        assertThat(call("GET", "/sim/faults", null).path("running")).isEmpty();
        assertThat(call("GET", "/sim/events", null).findValuesAsText("phase"))
                .containsExactly("started", "started", "started", "ended", "ended", "ended");
    }

    @Test
    void tellsOfRequestsAsTheyEnd() throws Exception {
        HttpResponse<InputStream> live = client.send(
                request("/sim/live")
                        .header("authorization", "Bearer " + sim.apiToken())
                        .build(),
                BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(live.body(), StandardCharsets.UTF_8))) {
            awaitLine(lines, "event: fault");

            client.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + sim.ports().http() + "/lost?x=1"))
                            .build(),
                    BodyHandlers.discarding());

            awaitLine(lines, "event: request");
            JsonNode told = JSON.readTree(lines.readLine().substring("data: ".length()));
            assertThat(told.path("path").asText()).isEqualTo("/lost?x=1");
            assertThat(told.path("tunnel").isNull()).isTrue();
            assertThat(call("GET", "/sim/requests", null).get(0)).isEqualTo(told);
        }
    }

    private static void awaitLine(BufferedReader lines, String wanted) throws IOException {
        for (String line = lines.readLine(); !wanted.equals(line); line = lines.readLine()) {
            assertThat(line).as("before " + wanted).isNotNull();
        }
    }

    private JsonNode tunnel(String name) throws Exception {
        for (JsonNode tunnel : call("GET", "/sim/tunnels", null).path("tunnels")) {
            if (tunnel.path("name").asText().equals(name)) {
                return tunnel;
            }
        }
        throw new AssertionError("no tunnel " + name);
    }

    private JsonNode call(String method, String path, @Nullable String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("result");
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body) throws Exception {
        HttpRequest.Builder request = request(path).header("authorization", "Bearer " + sim.apiToken());
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(sim.apiOrigin() + path)).timeout(Duration.ofSeconds(30));
    }
}
