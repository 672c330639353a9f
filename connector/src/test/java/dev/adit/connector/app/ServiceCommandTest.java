package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says of what can't be; what it does is for {@code SystemdServiceTest}. */
final class ServiceCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"install", "uninstall"})
    void refusesANameThatIsNoPartOfAFileName(String command) {
        for (String name : new String[] {"../x", "Wiki", "", "-x", "a-name-that-is-longer-than-20"}) {
            Ran ran = Ran.of("service", command, "--instance=" + name);

            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(ran.err())
                    .contains("--instance must be up to 20 small letters, digits and hyphens, was \"" + name);
        }
    }
}
