package dev.adit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adit.edgesim.h2.StreamRequest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Job JOB = new Job("bulk", StreamRequest.bodyless("GET", "a", "/"), 4, 1_000_000, 0);

    @Test
    void comparesTheRoundsInPairs() {
        Results results = new Results();
        for (int micros : List.of(100, 300, 200)) {
            results.add(JOB, "adit", round(10, micros * 10L));
            results.add(JOB, "nginx", round(20, micros * 40L));
        }

        Spread ratio = results.cpuRatio(JOB, "adit", "nginx");

        assertThat(ratio.median()).isCloseTo(0.5, within(1e-9));
        assertThat(ratio.max()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void givesMicrosecondsARequestAndMillisecondsAGigabyte() {
        Results results = new Results();
        results.add(JOB, "adit", round(10, 10_000));

        // 1,000 us for 1 MB are 1,000 ms for 1 GB; 10 requests of 1 MB in 1 s are 10 MB/s.
        assertThat(results.table())
                .contains("| bulk | adit | 1000 (1000-1000) | 1000 (1000-1000) | 10.0 (10.0-10.0) | 10.0");
        assertThat(results.json()).contains("\"cpuMicrosPerRequest\":{\"median\":1000.000");
    }

    @Test
    void takesTheMedianOfAnEvenNumberOfRounds() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
    }

    @Test
    void readsWhatThisProcessHasUsed() throws IOException {
        Usage usage = Usage.of(ProcessHandle.current().pid());

        assertThat(usage.cpuMicros()).isPositive();
        assertThat(usage.rssKib()).isBetween(1_000L, usage.peakRssKib());
    }

    private static Results.Round round(int requests, long cpuMicros) {
        return new Results.Round(new JobRun.Outcome(requests, 1_000_000_000, 1_000, 2_000), cpuMicros);
    }
}
