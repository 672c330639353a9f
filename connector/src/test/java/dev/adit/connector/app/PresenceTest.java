package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.edge.EdgeTls.KeyAgreement;
import dev.adit.connector.tunnel.Tunnel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PresenceTest {
    @Test
    void tellsNothingByDefault() {
        assertThat(Presence.DEFAULT.tunnelTags()).isEmpty();
        assertThat(Presence.DEFAULT.allFeatures(List.of("a", "b"), KeyAgreement.CLASSIC))
                .containsExactly("a", "b");
    }

    @Test
    void tellsEachFeatureOnceAndNoneThatWasWithdrawn() {
        Presence presence = new Presence(List.of(), List.of("b", "c", "support_datagram_v3_1", "c"), "", "");

        assertThat(presence.allFeatures(List.of("a", "b"), KeyAgreement.POST_QUANTUM))
                .containsExactly("a", "b", "postquantum", "c");
    }

    @Test
    void splitsTagsAtTheFirstEqualsSign() {
        Presence presence = new Presence(List.of("a=b=c", "a=d"), List.of(), "", "");

        assertThat(presence.tunnelTags()).containsExactly(new Tunnel.Tag("a", "b=c"), new Tunnel.Tag("a", "d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "=b", "a=", "a= ", "a b=c", "a:=c", "a=b\r\nx: y", "a=\u00e4"})
    void refusesATagThatIsNoHeader(String tag) {
        assertThatThrownBy(() -> new Presence(List.of(tag), List.of(), "", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--tag must be KEY=VALUE");
    }

    @Test
    void refusesAnEmptyFeature() {
        assertThatThrownBy(() -> new Presence(List.of(), List.of("a", ""), "", ""))
                .hasMessage("--features must be names, was an empty one");
    }
}
