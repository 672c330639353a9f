package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.fault.Flow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoleReportTest {
    @Test
    void countsWhatCameLateForEachShapeAndLoad() {
        List<HoleResult> results = List.of(
                new HoleResult(hole(Hole.Quiet.TRAFFIC), seconds(4), seconds(1), seconds(2)),
                new HoleResult(hole(Hole.Quiet.TRAFFIC), seconds(11), seconds(4), seconds(5)),
                new HoleResult(hole(Hole.Quiet.IDLE), seconds(11), seconds(3), seconds(5)),
                new HoleResult(hole(Hole.Quiet.IDLE), null, null, null));

        String text = HoleReport.of(results);

        assertThat(text)
                .containsPattern("one-way +traffic +2 +4.0 +11.0 +11.0 +1 +1.0 +4.0 +4.0 +1 +5.0 +5.0")
                .containsPattern("one-way +idle +2 +11.0 +11.0 +never +1 +3.0 +3.0 +never +1 +5.0 +never")
                .contains("FAILED: 2 of 4 holes were found late, and after 2 the service was back late");
        assertThat(HoleReport.of(results.subList(0, 1))).contains("OK: every hole");
    }

    @Test
    void digsTheSameHolesForTheSameSeed() {
        List<Hole> holes = Hole.all(10, 7);

        assertThat(holes).hasSize(30).isEqualTo(Hole.all(10, 7)).isNotEqualTo(Hole.all(10, 8));
        for (Hole.Shape shape : Hole.Shape.values()) {
            assertThat(holes.stream().filter(hole -> hole.shape() == shape && hole.quiet() == Hole.Quiet.IDLE))
                    .hasSize(5);
        }
        assertThat(holes.stream()
                        .filter(hole -> hole.shape() == Hole.Shape.ONE_WAY)
                        .map(Hole::flow))
                .containsOnly(Flow.IN, Flow.OUT)
                .contains(Flow.IN, Flow.OUT);
    }

    @Test
    void readsTheHeapOfDifferentCollectors() {
        assertThat(ProcessFacts.heapKib("""
                        1234:
                         def new generation   total 4928K, used 86K [0x1, 0x2, 0x3)
                          eden space 4416K,   1% used [0x1, 0x2, 0x3)
                         tenured generation   total 10944K, used 5432K [0x1, 0x2, 0x3)
                           the space 10944K,  49% used [0x1, 0x2, 0x3, 0x4)
                         Metaspace       used 21310K, committed 21504K, reserved 1114112K
                          class space    used 2310K, committed 2432K, reserved 1048576K
                        """)).isEqualTo(5518);
        assertThat(ProcessFacts.heapKib(" garbage-first heap   total 98304K, used 5000K [0x1, 0x2)"))
                .isEqualTo(5000);
        assertThat(ProcessFacts.heapKib("")).isEqualTo(-1);
    }

    private static Hole hole(Hole.Quiet quiet) {
        return new Hole(Hole.Shape.ONE_WAY, Flow.IN, quiet, seconds(1), seconds(1));
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }
}
