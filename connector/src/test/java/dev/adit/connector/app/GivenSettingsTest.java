package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.settings.FileWatch;
import dev.adit.connector.settings.Settings;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Arguments as people write them for cloudflared, in all three places, and files where it looks for them. */
final class GivenSettingsTest {
    private final Path home;

    GivenSettingsTest(@TempDir Path home) {
        this.home = home;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tunnel run --loglevel warn",
                "tunnel run --loglevel=warn",
                "tunnel run -loglevel warn",
                "tunnel run -loglevel=warn",
                "tunnel --loglevel warn run",
                "--loglevel warn tunnel run",
                "-loglevel=warn tunnel run",
                "--loglevel debug tunnel --loglevel error run --loglevel warn",
                "--loglevel debug tunnel --loglevel warn run",
                "tunnel run --loglevel debug --loglevel warn"
            })
    void takesASettingInAnyPlaceAndTheMostSpecificCounts(String line) {
        assertThat(settings(line).text("loglevel")).isEqualTo("warn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--hello-world", "-hello-world", "--hello-world=true", "--hello-world=1", "--hello-world=T"})
    void switchesOn(String argument) {
        assertThat(settings("tunnel " + argument + " run").isOn("hello-world")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--hello-world=false", "-hello-world=0", "--hello-world=F"})
    void switchesOff(String argument) {
        Settings settings = settings("tunnel run " + argument);

        assertThat(settings.isGiven("hello-world")).isTrue();
        assertThat(settings.isOn("hello-world")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bastion=false", "--socks5=0", "--quic-connection-level-flow-control-limit=99999999999"})
    void mindsNothingThatIsNotWanted(String argument) {
        assertThat(given("tunnel run " + argument).settings()).isNotNull();
    }

    @Test
    void refusesNothingThatTheFileOrTheEnvironmentSwitchesOff() throws IOException {
        Path file = Files.writeString(home.resolve("off.yml"), "socks5: false\nbastion: false\n");

        Parsed.given("tunnel --config " + file + " run", Map.of("TUNNEL_SOCKS", "false", "TUNNEL_BASTION", "false"))
                .ingress();
    }

    @Test
    void neverTakesTheArgumentBehindASwitchForItsValue() {
        CommandLine run = Parsed.command("tunnel run --hello-world false");

        assertThat(GivenSettings.of(run, Map.of()).settings().isOn("hello-world"))
                .isTrue();
        assertThat(run.getParseResult().matchedPositionals()).hasSize(1);
    }

    @Test
    void takesAValueThatLooksLikeAnOption() {
        assertThat(settings("tunnel run --http-host-header --token").text("http-host-header"))
                .isEqualTo("--token");
    }

    @Test
    void looksForTheFileWhereCloudflaredDoes() throws IOException {
        write(".cloudflare-warp/config.yml", "loglevel: error");
        write(".cloudflared/config.yaml", "loglevel: warn");

        assertThat(settings("tunnel run").text("loglevel")).isEqualTo("warn");
    }

    @Test
    void knowsTheFileAsItWasWhenItWasRead() throws IOException {
        Path file = write(".cloudflared/config.yml", "loglevel: warn");
        GivenSettings given = Parsed.given("tunnel run", Map.of("HOME", home.toString()));

        Files.writeString(file, "loglevel: debug");

        FileWatch watch = Objects.requireNonNull(given.watch());
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void prefersTheFileThatIsNamed() throws IOException {
        write(".cloudflared/config.yml", "loglevel: error");
        Path file = write("other.yml", "loglevel: warn");

        assertThat(settings("tunnel --config " + file + " run").text("loglevel"))
                .isEqualTo("warn");
    }

    @Test
    void refusesAFileThatIsEmpty() throws IOException {
        Path file = write("empty.yml", "\n");

        assertThatThrownBy(() -> settings("tunnel run --config " + file))
                .isInstanceOf(BadInput.class)
                .hasMessage("Configuration file " + file + " was empty");
    }

    @Test
    void refusesAKeyThatNobodyKnowsAndNamesTheOneThatWasMeant() throws IOException {
        write(".cloudflared/config.yml", "loglevl: warn");

        assertThatThrownBy(() -> given("tunnel run").ingress())
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(":1: loglevl: unknown key, did you mean \"loglevel\"?");
    }

    @Test
    void takesTheTunnelOfTheFile() throws IOException {
        write(".cloudflared/config.yml", "tunnel: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

        assertThat(given("tunnel run").tunnel()).isEqualTo("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"forwarders", "logDirectory", "logLevel"})
    void refusesKeysOfTheBareService(String key) throws IOException {
        write(".cloudflared/config.yml", key + ": x");

        assertThatThrownBy(() -> given("tunnel run").ingress())
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(":1: " + key + ": unknown key");
    }

    @Test
    void warnsOfSecretsThatEverybodyCanRead() throws IOException {
        Path token = write("t", "x");
        Path credentials = write("c.json", "{}");
        Path config = write(".cloudflared/config.yml", "token: x");
        String line = "tunnel run --token-file " + token + " --credentials-file " + credentials;

        for (Path file : new Path[] {token, credentials, config}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        }
        assertThat(given(line).warnings()).isEmpty();
        for (Path file : new Path[] {token, credentials, config}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        assertThat(given(line).warnings())
                .allMatch(warning -> warning.endsWith("can read; take that right away with chmod o-r"))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("--token-file " + token + " holds a secret"),
                        one -> assertThat(one).startsWith("--credentials-file " + credentials),
                        one -> assertThat(one).startsWith("the configuration " + config));
        write(".cloudflared/config.yml", "edge-proxy: http://user:hush@proxy.example:3128");
        assertThat(given("tunnel run").warnings())
                .singleElement()
                .asString()
                .startsWith("the configuration " + config)
                .doesNotContain("hush");
        write(".cloudflared/config.yml", "edge-proxy: http://proxy.example:3128\nloglevel: warn");
        assertThat(given("tunnel run").warnings()).isEmpty();
    }

    @Test
    void warnsOfAFileThatNamesAnotherOne() throws IOException {
        Path config = write(".cloudflared/config.yml", "config: other.yml\n");

        assertThat(given("tunnel run").warnings())
                .containsExactly(
                        config + ": config: a configuration file can't name another one, so this has no effect");
    }

    @Test
    void takesOneOriginFromTheCommandLine() {
        Ingress ingress =
                rules(given("tunnel --url http://localhost:8080/path run --no-tls-verify --http-host-header a.example"
                        + " --proxy-connect-timeout 5s --proxy-keepalive-connections 7"));

        assertThat(ingress.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.service()).isEqualTo("http://localhost:8080");
            assertThat(rule.route().options().connectTimeout()).hasSeconds(5);
            assertThat(rule.route().options().toString()).contains("a.example");
        });
    }

    @Test
    void takesAnOriginWithoutASchemeForHttp() {
        Ingress ingress = rules(given("tunnel run --url localhost:8080"));

        assertThat(ingress.rules().get(0).service()).isEqualTo("http://localhost:8080");
    }

    @Test
    void hasNoRulesIfNobodyGaveAny() throws IOException {
        write(".cloudflared/config.yml", "loglevel: warn");

        assertThat(given("tunnel run").ingress()).isNull();
    }

    @Test
    void saysThatRulesOfAFileWin() throws IOException {
        write(".cloudflared/config.yml", "ingress: [{service: 'http_status:404'}]");
        GivenSettings given = given("tunnel run --url http://localhost:8080");

        Ingress ingress = rules(given);

        assertThat(ingress.rules().get(0).service()).isEqualTo("http_status:404");
        assertThat(given.warnings()).singleElement().asString().contains("--url");
    }

    private static Ingress rules(GivenSettings given) {
        return Objects.requireNonNull(given.ingress(), "no rules");
    }

    private Path write(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Settings settings(String line) {
        return given(line).settings();
    }

    private GivenSettings given(String line) {
        return Parsed.given(line, Map.of("HOME", home.toString()));
    }
}
