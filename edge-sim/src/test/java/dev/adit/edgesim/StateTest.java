package dev.adit.edgesim;

import static dev.adit.edgesim.ApiClient.TUNNELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.edgesim.state.StateException;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What survives a restart, and what is refused instead of being overwritten. */
@Timeout(60)
class StateTest {
    @TempDir
    private Path directory;

    @Test
    void survivesARestart() throws Exception {
        String ci;
        String web;
        String dead;
        String apiToken;
        String ca;
        try (EdgeSim sim = start()) {
            ApiClient api = new ApiClient(sim);
            ci = sim.token("ci");
            apiToken = sim.apiToken();
            ca = sim.caPem();
            web = api.tunnel("web");
            dead = api.tunnel("dead");
            api.result("DELETE", TUNNELS + "/" + dead, null);
            api.result("PUT", TUNNELS + "/" + web + "/configurations", "{'config':{'ingress':[]}}");
            api.result("PUT", TUNNELS + "/" + web + "/configurations", "{'config':{}}");
            api.result(
                    "POST",
                    "/client/v4/zones/" + api.zone("example.test") + "/dns_records",
                    "{'name':'www.example.test','type':'CNAME','content':'" + web + ".cfargotunnel.com'}");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state())))
                .isEqualTo("rwx------");

        try (EdgeSim sim = start()) {
            ApiClient api = new ApiClient(sim);
            assertThat(sim.token("ci")).isEqualTo(ci);
            assertThat(sim.apiToken()).isEqualTo(apiToken);
            assertThat(sim.caPem()).isEqualTo(ca);
            JsonNode configuration = api.result("GET", TUNNELS + "/" + web + "/configurations", null);
            assertThat(configuration.path("version").intValue()).isEqualTo(2);
            assertThat(api.result("GET", TUNNELS + "/" + dead, null)
                            .path("deleted_at")
                            .isTextual())
                    .isTrue();
            assertThat(api.result("GET", "/client/v4/zones/" + api.zone("example.test") + "/dns_records", null)
                            .findValuesAsText("name"))
                    .containsExactly("ci.example.test", "www.example.test");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"schema\":2}", "{\"schema\":1,\"tunnels\":[{}],\"records\":[]}"})
    void refusesABrokenFileAndLeavesItAsItIs(String text) throws Exception {
        Files.createDirectories(state());
        Files.writeString(file(), text);

        assertThatThrownBy(this::start)
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file() + " is broken: ")
                .hasMessageContaining("left as it is");
        assertThat(file()).hasContent(text);
    }

    @Test
    void writesAMissingTokenFileAndReadsItAgain() throws Exception {
        Path file = directory.resolve("token");
        EdgeSimOptions options =
                EdgeSimOptions.of().withAdmin(AdminOptions.defaults().withTokenFile(file));
        String token;
        try (EdgeSim sim = EdgeSim.start(options)) {
            token = sim.apiToken();
        }

        assertThat(token).hasSize(40);
        assertThat(Files.readString(file).strip()).isEqualTo(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (EdgeSim sim = EdgeSim.start(options)) {
            assertThat(sim.apiToken()).isEqualTo(token);
        }
    }

    private EdgeSim start() throws Exception {
        return EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("ci", List.of("ci.example.test"), null))
                .withAdmin(AdminOptions.defaults().withState(state())));
    }

    private Path state() {
        return directory.resolve("state");
    }

    private Path file() {
        return state().resolve("edge-sim.json");
    }
}
