package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A rehearsal with the real connector in a process of its own. */
@Timeout(240)
class RehearseIT {
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @Test
    void connectorRecoversFromQuickProfiles() throws Exception {
        Path json = directory.resolve("report.json");
        Path html = directory.resolve("report.html");

        int exitCode = new CommandLine(new RehearseCommand(
                        new StopSignal(),
                        new ConnectorCommand(
                                List.of("-XX:TieredStopAtLevel=1", "-Xmx96m"),
                                System.getProperty("java.class.path"),
                                "dev.adit.connector.app.Main")))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(
                        "--quick",
                        "--rate",
                        "20",
                        "--json",
                        json.toString(),
                        "--html",
                        html.toString(),
                        "--profile",
                        "cut-one",
                        "cut-all",
                        "reset-stream");

        assertThat(exitCode).as("%s%n%s", out, err).isZero();
        assertThat(out.toString()).containsPattern("cut-one +recovered").contains("OK: the connector recovered");
        assertThat(html).content().contains("id=\"cut-all\"");
        assertThat(directory.resolve("rehearsal-connector.log")).content().contains("Registered tunnel connection");
        JsonNode profiles = new JsonMapper().readTree(Files.readString(json)).path("profiles");
        assertThat(profiles).hasSize(3);
        assertThat(profiles).allSatisfy(profile -> {
            assertThat(profile.path("wrong").asInt()).isZero();
            assertThat(profile.path("inTime").asInt()).isPositive();
            assertThat(profile.path("secondsToRecover").isNumber()).isTrue();
        });
        // The streams that are reset are those of large answers and uploads.
        assertThat(profiles.path(2).path("lost").asInt()).isPositive();
    }
}
