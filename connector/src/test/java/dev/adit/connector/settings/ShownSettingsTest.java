package dev.adit.connector.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ShownSettingsTest {
    @Test
    void showsWhatWasGivenSortedAndWithoutSecrets() {
        Settings settings = new SettingsReader(KnownSettings.ALL)
                .commandLine(Map.of("token", List.of("s3cret"), "edge", List.of("a:1", "b:2")))
                .environment(Map.of("TUNNEL_LOGLEVEL", "debug", "TUNNEL_CRED_CONTENTS", "{\"s\":1}"))
                .settings();

        assertThat(ShownSettings.of(settings))
                .isEqualTo("map[credentials-contents:***** edge:a:1,b:2 loglevel:debug token:*****]");
    }

    @Test
    void showsNoValueThatMayHoldASecret() {
        Map<String, List<String>> all = new HashMap<>();
        for (Setting setting : KnownSettings.ALL) {
            if (setting.kind() == Setting.Kind.TEXT || setting.kind() == Setting.Kind.LIST) {
                all.put(setting.name(), List.of("value-of-" + setting.name()));
            }
        }

        String shown = ShownSettings.of(
                new SettingsReader(KnownSettings.ALL).commandLine(all).settings());

        for (String name : List.of(
                "token", "credentials-contents", "url", "api-key", "api-ca-key", "secret-id", "session-token")) {
            assertThat(shown).doesNotContain("value-of-" + name + " ").doesNotContain("value-of-" + name + "]");
        }
        assertThat(shown).contains("token-file:value-of-token-file");
    }
}
