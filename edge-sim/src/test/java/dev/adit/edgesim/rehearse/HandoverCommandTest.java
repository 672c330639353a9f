package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class HandoverCommandTest {
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--restarts=100       | --restarts must be from 0 to 99, was 100",
                "--reloads=-1         | --reloads must be from 0 to 99, was -1",
                "--rate=0             | --rate must be from 1 to 1000, was 0",
                "--event-streams=101  | --event-streams must be from 0 to 100, was 101",
                "--sockets=101        | --sockets must be from 0 to 100, was 101",
                "--connections=0      | --connections must be from 1 to 64, was 0",
                "--grace-seconds=181  | --grace-seconds must be from 0 to 180, was 181",
                "--rate=x             | --rate"
            })
    void refusesWrongUsage(String argument, String message) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void showsTheLastWordsOfAConnectorThatDoesNotStart() {
        assertThat(run("--logs", directory.toString())).isEqualTo(1);

        assertThat(err.toString())
                .startsWith("handover: ")
                .contains("ended with exit code 1")
                .contains("no.such.Main");
    }

    @Test
    void countsEveryOutcomeButTheRightOneAsFailed() {
        Tally tally = new Tally();
        for (Outcome outcome : Outcome.values()) {
            tally.add(outcome, Tally.Timeliness.IN_TIME);
        }
        HandoverResult result = new HandoverResult(new HandoverResult.Rounds(2, 3), tally, 12, Duration.ofSeconds(4));

        assertThat(result.isGood()).isFalse();
        assertThat(result.failed()).isEqualTo(Outcome.values().length - 1);
        assertThat(result.text())
                .contains("2 restarts and 3 reloads in 4 s: 7 short requests, 6 failed (1 wrong, ")
                .contains("12 streams ended");
    }

    private int run(String... args) {
        return new CommandLine(new HandoverCommand(
                        new StopSignal(), new ConnectorCommand(List.of(), "nowhere", "no.such.Main")))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(args);
    }
}
