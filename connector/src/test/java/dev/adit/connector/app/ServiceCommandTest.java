package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceCommandTest {
    @Test
    void noticesASessionThatMayComeThroughTheTunnel() {
        assertThat(ServiceCommand.isRemote(Map.of("SSH_CONNECTION", "x"), List.of()))
                .isTrue();
        assertThat(ServiceCommand.isRemote(Map.of(), List.of("sudo", "bash", "sshd")))
                .isTrue();
        assertThat(ServiceCommand.isRemote(Map.of(), List.of("sudo", "bash", "sshd-session")))
                .isTrue();
        assertThat(ServiceCommand.isRemote(Map.of("HOME", "/root"), List.of("sudo", "bash", "login")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Nexus", "../x", "a b", "-a", "a-"})
    void refusesAnInstanceThatIsNoNameOfAUnit(String name) {
        Ran ran = Ran.of("service", "uninstall", "--instance=" + name);

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--instance must be small letters, digits and hyphens, at most 32");
    }
}
