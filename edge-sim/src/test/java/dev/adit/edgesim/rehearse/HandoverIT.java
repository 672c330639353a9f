package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Takeovers and reloads under load, with real processes. Few by default; the system property {@code adit.handover} is the
 * number of each for a long run, such as 20 with 500 requests a second.
 */
@Tag("rehearsal")
@Timeout(1800)
class HandoverIT {
    private static final int ROUNDS = Integer.getInteger("adit.handover", 3);
    private static final boolean LONG = ROUNDS > 3;

    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @Test
    void noRequestFailsWhenProcessesAndConfigurationsChange() {
        int exitCode = new CommandLine(new HandoverCommand(
                        new StopSignal(),
                        new ConnectorCommand(
                                List.of("-XX:TieredStopAtLevel=1", "-Xmx96m"),
                                System.getProperty("java.class.path"),
                                "dev.adit.connector.app.Main")))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(
                        "--restarts=" + ROUNDS,
                        "--reloads=" + ROUNDS,
                        "--rate=" + (LONG ? 500 : 20),
                        "--connections=" + (LONG ? 4 : 2),
                        "--grace-seconds=15",
                        "--logs=" + directory);

        assertThat(exitCode).as("%s%n%s", out, err).isZero();
        assertThat(out.toString())
                .contains(ROUNDS + " restarts and " + ROUNDS + " reloads")
                .contains(" 0 failed");
        assertThat(directory.resolve("handover-0.log"))
                .content()
                .contains("takes over")
                .contains("Configuration reloaded")
                .contains("Tunnel server stopped");
    }
}
