package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(90)
class RehearseCommandTest {
    private final StopSignal stop = new StopSignal();
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--profile=nonsense | no profile is called nonsense",
                "--profile=mixed    | the profile mixed can't be rehearsed, only what it is made of",
                "--rate=0           | --rate must be from 1 to 1000, was 0",
                "--connections=65   | --connections must be from 1 to 64, was 65",
                "--command='a       | a quote is not closed",
                "--promise=-1       | --promise must be from 1 to 10000, was -1",
                "--mixed=100001     | --mixed must be from 1 to 100000, was 100001",
                "--lanes=0          | --lanes must be from 1 to 64, was 0",
                "--seed=x           | --seed"
            },
            quoteCharacter = '`')
    void refusesWrongUsage(String argument, String message) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void doesOneLongRehearsalAtATime() {
        assertThat(run("--promise", "--mixed")).isEqualTo(2);
        assertThat(err.toString()).contains("--promise and --mixed are two rehearsals, give one of them");
    }

    @Test
    void showsTheLastWordsOfAConnectorThatEndsBeforeItRegisters() {
        Path log = directory.resolve("connector.log");

        assertThat(run("--log", log.toString(), "--command", java() + " -cp nowhere no.such.Main {token-file}"))
                .isEqualTo(1);

        assertThat(err.toString()).contains("ended with exit code 1").contains("no.such.Main");
        assertThat(log).content().contains("no.such.Main");
    }

    @Test
    void saysWhenThereIsNoSuchProgram() {
        assertThat(run("--log", directory.resolve("log").toString(), "--command", "/no/such/program"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("rehearse: ").contains("/no/such/program");
    }

    @Test
    void stopsWhenToldWhileItWaitsForTheConnector() throws Exception {
        Path log = directory.resolve("connector.log");
        // Waits for input that never comes, and never dials.
        String idle = java() + " -cp " + System.getProperty("java.class.path") + " " + Idle.class.getName();

        CompletableFuture<Integer> exitCode =
                CompletableFuture.supplyAsync(() -> run("--log", log.toString(), "--command", idle));
        stop.give();

        assertThat(exitCode.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(err.toString()).contains("stopped before the end");
    }

    private int run(String... args) {
        return new CommandLine(new RehearseCommand(stop, new ConnectorCommand(List.of(), "nowhere", "no.such.Main")))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(args);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A connector that does nothing until it is killed. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            Thread.currentThread().join();
        }
    }
}
