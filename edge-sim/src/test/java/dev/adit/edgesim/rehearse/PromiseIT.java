package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The long rehearsals in short. How soon is not asked here: the machine may be busy with something else. */
@Tag("rehearsal")
@Timeout(600)
class PromiseIT {
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @Test
    void findsEveryHoleAndServesAgainAfterIt() {
        run("--promise", "3", "--lanes", "3", "--rate", "20");

        assertThat(out.toString())
                .as("%s%n%s", out, err)
                .containsPattern("both-ways +traffic +2 ")
                .containsPattern("large-packets +idle +1 ")
                .contains(" holes ")
                .doesNotContain("NO")
                .doesNotContain("never");
    }

    @Test
    void leavesNothingBehindAfterManyFaults() {
        int exitCode = run("--mixed", "40", "--rate", "20");

        assertThat(out.toString())
                .as("%s%n%s", out, err)
                .contains("faults               40 in")
                .contains("connections          4 of 4")
                .contains("leaked buffers       0\n");
        assertThat(exitCode).as("%s%n%s", out, err).isZero();
    }

    private int run(String... arguments) {
        return new CommandLine(new RehearseCommand(
                        new StopSignal(),
                        new ConnectorCommand(
                                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m"),
                                System.getProperty("java.class.path"),
                                "dev.adit.connector.app.Main")))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(append(arguments, "--log", directory.resolve("log").toString()));
    }

    private static String[] append(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }
}
