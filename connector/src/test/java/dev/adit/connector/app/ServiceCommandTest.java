package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "Nexus", "../x", "a b", "-a", "a-"})
    void refusesAnInstanceThatIsNoNameOfAUnit(String name) {
        Ran ran = Ran.of("service", "uninstall", "--instance=" + name);

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--instance must be small letters, digits and hyphens, at most 32");
    }
}
