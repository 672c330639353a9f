package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpRulesTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 22, true",
        "10.1.2.3, 23, false",
        "10.1.3.3, 443, true",
        "10.1.2.4, 443, false",
        "11.0.0.1, 22, false",
        "fd00::1, 9, true",
        "fe00::1, 9, false",
        "::ffff:10.1.2.3, 22, true",
        "192.168.7.255, 1, true",
        "192.168.8.0, 1, false"
    })
    void letsTheFirstRuleThatSpeaksOfADestinationDecide(String address, int port, boolean allowed) throws Exception {
        IpRules rules = new IpRules(List.of(
                IpRules.Rule.of("10.1.2.0/24", Set.of(22), true),
                IpRules.Rule.of("10.1.2.0/24", Set.of(), false),
                IpRules.Rule.of("10.0.0.0/8", Set.of(443, 80), true),
                IpRules.Rule.of("fd00::/8", Set.of(), true),
                IpRules.Rule.of("192.168.4.0/22", Set.of(), true)));

        assertThat(rules.allows(InetAddress.getByName(address), port)).isEqualTo(allowed);
    }

    @Test
    void allowsNothingWithoutARule() {
        assertThat(new IpRules(List.of()).allows(InetAddress.getLoopbackAddress(), 80))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0/8", "x/8", "10.0.0.0/-1"})
    void refusesWhatIsNoRange(String prefix) {
        assertThatThrownBy(() -> IpRules.Rule.of(prefix, Set.of(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a range");
    }
}
