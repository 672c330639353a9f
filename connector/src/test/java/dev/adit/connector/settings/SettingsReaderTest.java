package dev.adit.connector.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.settings.Settings.Origin;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several places counts, and what is told of a value that can't be used. */
final class SettingsReaderTest {
    private static final String NAME = "loglevel";
    private static final String VARIABLE = "TUNNEL_LOGLEVEL";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "error, warn, debug, error, COMMAND_LINE",
                "-,     warn, debug, warn,  ENVIRONMENT",
                "-,     -,    debug, debug, FILE",
                "-,     '',   debug, debug, FILE",
                "-,     -,    -,     info,  FALLBACK"
            })
    void takesTheCommandLineThenTheEnvironmentThenTheFile(
            String argument, String variable, String line, String value, Origin origin) {
        SettingsReader reader = reader();
        if (argument != null) {
            reader.commandLine(Map.of(NAME, List.of(argument)));
        }
        reader.environment(variable == null ? Map.of() : Map.of(VARIABLE, variable));
        reader.file(yaml(line == null ? "{}" : NAME + ": " + line));

        assertThat(reader.settings().text(NAME)).isEqualTo(value);
        assertThat(reader.settings().origin(NAME)).isEqualTo(origin);
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void takesFalseZeroAndNothingAsValues() {
        Settings settings = reader().file(yaml("""
                        hello-world: false
                        grace-period: 0s
                        proxy-keepalive-connections: 0
                        http-host-header: ""
                        """)).settings();

        assertThat(settings.isGiven("hello-world")).isTrue();
        assertThat(settings.isOn("hello-world")).isFalse();
        assertThat(settings.duration("grace-period")).isEqualTo(Duration.ZERO);
        assertThat(settings.number("proxy-keepalive-connections")).isZero();
        assertThat(settings.text("http-host-header")).isEmpty();
    }

    @Test
    void takesTheLastOfSeveralValuesAndAllOfAList() {
        Settings settings = reader().commandLine(
                        Map.of(NAME, List.of("warn", "error"), "edge", List.of("a:1,b:2", "c:3")))
                .settings();

        assertThat(settings.text(NAME)).isEqualTo("error");
        assertThat(settings.list("edge")).containsExactly("a:1", "b:2", "c:3");
    }

    @Test
    void replacesAListOfAnotherPlaceWholly() {
        Settings settings = reader().commandLine(Map.of("edge", List.of("a:1")))
                .environment(Map.of("TUNNEL_EDGE", "b:2,c:3"))
                .file(yaml("edge: [d:4]"))
                .settings();

        assertThat(settings.list("edge")).containsExactly("a:1");
    }

    @Test
    void takesListsAndUnquotedNumbersFromAFile() {
        Settings settings = reader().file(yaml("edge: [a:1, b:2]\nprotocol: 2")).settings();

        assertThat(settings.list("edge")).containsExactly("a:1", "b:2");
        assertThat(settings.text("protocol")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ha-connections | four | --ha-connections must be a whole number, was \"four\"",
                "grace-period   | 30   | --grace-period must be a duration such as 30s or 1m30s, was \"30\"",
                "hello-world    | yes  | --hello-world must be true or false, was \"yes\"",
                "name           | x    | --name: a tunnel is not created while it is run; create it first, then give its"
                        + " token"
            })
    void namesTheArgumentThatCannotBeUsed(String name, String value, String problem) {
        assertThat(reader().commandLine(Map.of(name, List.of(value))).problems())
                .containsExactly(problem);
    }

    @Test
    void namesEveryVariableThatCannotBeUsed() {
        assertThat(reader().environment(Map.of(
                                "TUNNEL_GRACE_PERIOD",
                                "soon",
                                "TUNNEL_HELLO_WORLD",
                                "maybe",
                                "TUNNEL_HOSTNAME",
                                "a.example"))
                        .problems())
                .containsExactlyInAnyOrder(
                        "TUNNEL_GRACE_PERIOD must be a duration such as 30s or 1m30s, was \"soon\"",
                        "TUNNEL_HELLO_WORLD must be true or false, was \"maybe\"",
                        "TUNNEL_HOSTNAME: classic tunnels are no more; route the host name to the tunnel instead");
    }

    @Test
    void namesKeyLineAndTypeOfAFile() {
        ConfigNode file = yaml("loglevel: [a]\nha-connections: four\ngrace-period: soon\nhello-world: 1\nlb-pool: x\n");
        reader().file(file);

        assertThatThrownBy(() -> file.problems().throwIfAny())
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("config.yml:1: loglevel")
                .hasMessageContaining("config.yml:2: ha-connections")
                .hasMessageContaining("config.yml:3: grace-period")
                .hasMessageContaining("config.yml:4: hello-world")
                .hasMessageContaining("config.yml:5: lb-pool: load balancers are set up at the edge");
    }

    @Test
    void saysWhatHasNoEffect() {
        SettingsReader reader = reader().commandLine(Map.of("no-autoupdate", List.of("true")))
                .environment(Map.of("TUNNEL_TRACE_OUTPUT", "x"))
                .file(yaml("heartbeat-count: 3"));

        assertThat(reader.warnings())
                .containsExactly(
                        "--no-autoupdate has no effect",
                        "TUNNEL_TRACE_OUTPUT has no effect",
                        "heartbeat-count has no effect");
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void givesEveryNameToOneSettingOnly() {
        List<String> names = KnownSettings.ALL.stream()
                .flatMap(setting -> setting.names().stream())
                .toList();
        List<String> variables = KnownSettings.ALL.stream()
                .flatMap(setting -> setting.variables().stream())
                .toList();

        assertThat(names).doesNotHaveDuplicates();
        assertThat(variables).doesNotHaveDuplicates();
        assertThat(reader().settings().number("ha-connections")).isEqualTo(4);
        assertThat(reader().settings().duration("grace-period")).hasSeconds(30);
    }

    private static SettingsReader reader() {
        return new SettingsReader(KnownSettings.ALL);
    }

    private static ConfigNode yaml(String text) {
        return ConfigNode.yaml("config.yml", text);
    }

    @Test
    void namesWhatDiffersAlsoWhatOnlyOneHas() {
        Settings before = new SettingsReader(KnownSettings.ALL)
                .environment(Map.of("TUNNEL_GRACE_PERIOD", "5s", "TUNNEL_URL", "http://a"))
                .settings();
        Settings after = new SettingsReader(KnownSettings.ALL)
                .environment(Map.of("TUNNEL_GRACE_PERIOD", "6s", "TUNNEL_REGION", "us"))
                .settings();

        assertThat(before.changedIn(after)).containsExactly("grace-period", "region", "url");
        assertThat(before.changedIn(before)).isEmpty();
        assertThat(KnownSettings.ofRules()).contains("url").doesNotContain("grace-period", "region");
    }
}
