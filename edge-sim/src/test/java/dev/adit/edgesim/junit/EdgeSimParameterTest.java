package dev.adit.edgesim.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class EdgeSimParameterTest {
    @RegisterExtension
    static final EdgeSimExtension EDGE = EdgeSimExtension.withTunnel("ci", "ci.example.test");

    private EdgeSim before;

    @BeforeEach
    void isGivenToMethodsThatPrepareATest(EdgeSim sim) {
        before = sim;
    }

    @Test
    void isGivenToTests(EdgeSim sim) {
        assertThat(sim).isSameAs(EDGE.sim()).isSameAs(before);
    }
}
