package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the edge's configuration when the process is started again. */
final class SavedConfigTest {
    private static final UUID TUNNEL = new UUID(1, 2);

    private final Ingress local =
            IngressReader.local(ConfigNode.yaml("config.yml", "ingress: [{service: http_status:418}]"));
    private final Path directory;
    private final SavedConfig saved;

    SavedConfigTest(@TempDir Path directory) {
        this.directory = directory;
        saved = new SavedConfig(directory, TUNNEL);
    }

    @Test
    void servesWhatTheEdgeSentBeforeTheRestart() {
        push(new RemoteConfig(local, saved), push(7, 410));

        RemoteConfig restarted = new RemoteConfig(local, saved);

        assertThat(status(restarted)).isEqualTo(410);
        assertThat(restarted.version()).isEqualTo(7);
    }

    @Test
    void keepsTheFileToItsUserAndLeavesNoOther() throws IOException {
        push(new RemoteConfig(local, saved), push(7, 410));

        assertThat(saved.file()).hasContent(push(7, 410));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved.file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(saved.file());
        }
    }

    @Test
    void takesTheSameVersionAsConfirmedWithoutBuildingItAgain() {
        push(new RemoteConfig(local, saved), push(7, 410));
        RemoteConfig restarted = new RemoteConfig(local, saved);
        RouteTable before = restarted.routes();

        assertThat(push(restarted, push(7, 410))).isEqualTo("{\"lastAppliedVersion\":7,\"err\":null}");

        assertThat(restarted.routes()).isSameAs(before);
        assertThat(push(restarted, push(6, 200))).isEqualTo("{\"lastAppliedVersion\":7,\"err\":null}");
        assertThat(status(restarted)).isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 7, 8})
    void givesWayToTheFirstPushWhateverItsVersion(int version) {
        push(new RemoteConfig(local, saved), push(7, 410));
        RemoteConfig restarted = new RemoteConfig(local, saved);

        assertThat(push(restarted, push(version, 200)))
                .isEqualTo("{\"lastAppliedVersion\":" + version + ",\"err\":null}");

        assertThat(status(restarted)).isEqualTo(200);
        assertThat(saved.file()).hasContent(push(version, 200));
    }

    @Test
    void staysInForceWhenTheFirstPushIsBroken() {
        push(new RemoteConfig(local, saved), push(7, 410));
        RemoteConfig restarted = new RemoteConfig(local, saved);

        assertThat(push(restarted, push(8, 99))).startsWith("{\"lastAppliedVersion\":7,\"err\":{");

        assertThat(status(restarted)).isEqualTo(410);
        assertThat(saved.file()).hasContent(push(7, 410));
    }

    @Test
    void givesWayToLocalRulesWhenTheEdgeDoesNotManageTheTunnel() {
        push(new RemoteConfig(local, saved), push(7, 410));
        RemoteConfig restarted = new RemoteConfig(local, saved);

        restarted.notManagedByEdge();

        assertThat(status(restarted)).isEqualTo(418);
        assertThat(restarted.version()).isEqualTo(-1);
    }

    @Test
    void countsNonethelessOnceTheEdgeHasSentIt() {
        RemoteConfig config = new RemoteConfig(local, saved);
        push(config, push(7, 410));

        config.notManagedByEdge();

        assertThat(status(config)).isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"version\":7}",
                "{\"config\":{}}",
                "{\"version\":7,\"config\":{\"ingress\":[{\"service\":\"http_status:99\"}]}}",
                "{\"version\":7,\"config\":{\"originRequest\":{\"caPool\":\"/no/such\"}}}"
            })
    void isIgnoredWhenItIsBroken(String text) throws IOException {
        Files.writeString(saved.file(), text);

        RemoteConfig config = new RemoteConfig(local, saved);

        assertThat(status(config)).isEqualTo(418);
        assertThat(push(config, push(0, 200))).isEqualTo("{\"lastAppliedVersion\":0,\"err\":null}");
    }

    @Test
    void isIgnoredWhenItIsNoFile() throws IOException {
        Files.createDirectory(saved.file());

        RemoteConfig config = new RemoteConfig(local, saved);
        push(config, push(1, 200));

        assertThat(status(config)).isEqualTo(200);
    }

    @Test
    void belongsToOneTunnel() {
        push(new RemoteConfig(local, saved), push(7, 410));

        assertThat(status(new RemoteConfig(local, new SavedConfig(directory, new UUID(3, 4)))))
                .isEqualTo(418);
    }

    @Test
    void newLocalRulesCountOnlyWithoutAPush() {
        RemoteConfig config = new RemoteConfig(local);
        Ingress other = IngressReader.local(ConfigNode.yaml("config.yml", "ingress: [{service: http_status:404}]"));

        assertThat(config.replaceLocal(other)).isTrue();
        assertThat(status(config)).isEqualTo(404);
        push(config, push(1, 200));
        assertThat(config.replaceLocal(local)).isFalse();
        assertThat(status(config)).isEqualTo(200);
    }

    private static int status(RemoteConfig config) {
        Target target = Objects.requireNonNull(config.routes().match("any.example", "/"))
                .target();
        return ((Target.FixedStatus) target).status();
    }

    private static String push(int version, int status) {
        return "{\"version\":" + version + ",\"config\":{\"ingress\":[{\"service\":\"http_status:" + status + "\"}]}}";
    }

    private static @Nullable String push(RemoteConfig config, String body) {
        byte[] answer = config.apply(body.getBytes(StandardCharsets.UTF_8));
        return answer == null ? null : new String(answer, StandardCharsets.UTF_8);
    }
}
