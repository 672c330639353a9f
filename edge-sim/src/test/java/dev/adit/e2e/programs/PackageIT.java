package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package, on a machine that systemd runs. The profile {@code packages} makes it. */
@Tag("rehearsal")
@Timeout(300)
final class PackageIT {
    private static final String TUNNEL = "build-server";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Running running = new Running();
    private EdgeSim sim;
    private SystemdNode node;
    private NodeService service;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        Path built = LaunchedConnector.checkout().resolve("connector/target/adit.deb");
        assertThat(built).as("the package, made by mvn -Ppackages").exists();
        sim = running.add(EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(TUNNEL, List.of("ci.example.test"), null))));
        node = running.add(SystemdNode.start(directory, "adit-package"));
        service = new NodeService(node, "adit");
        Files.copy(built, node.file("opt/adit.deb"));
        Files.writeString(node.file("opt/token"), sim.token(TUNNEL));
        dpkg("-i", "/opt/adit.deb");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void putsTheProgramIntoThePathAndNothingElse() {
        assertThat(node.command("adit", "version").run().ok().text()).startsWith("adit version");
        Command.Outcome demo = node.command("adit", "demo").run();
        assertThat(demo.exit()).isEqualTo(1);
        assertThat(demo.err()).isEqualTo("adit: the simulator is part of a checkout, not of the package\n");
        assertThat(dpkg("-L", "adit").lines())
                .contains("/usr/bin/adit", "/usr/share/adit/adit")
                .noneMatch(
                        path -> path.contains("cloudflared") || path.endsWith(".service") || path.endsWith(".timer"));
    }

    @Test
    void startsAServiceAnewWithAnUpgradeAndLeavesAStoppedOneStopped() throws Exception {
        installService();
        String before = service.property("MainPID");

        dpkg("-i", "/opt/adit.deb");

        assertThat(service.property("ActiveState")).isEqualTo("active");
        assertThat(service.property("MainPID")).isNotEqualTo(before);

        service.control("stop");
        dpkg("-i", "/opt/adit.deb");

        assertThat(service.property("ActiveState")).isEqualTo("inactive");
    }

    @Test
    void stopsItsServicesWhenRemovedAndForgetsThemWhenPurged() throws Exception {
        installService();

        dpkg("-r", "adit");

        assertThat(service.property("ActiveState")).isEqualTo("inactive");
        assertThat(node.file("usr/share/adit")).doesNotExist();
        assertThat(node.file("etc/adit/token")).exists();
        service.control("start");
        assertThat(service.property("ConditionResult")).isEqualTo("no");
        assertThat(service.property("ActiveState")).isEqualTo("inactive");

        dpkg("-P", "adit");

        assertThat(service.property("LoadState")).isEqualTo("not-found");
        assertThat(node.command("systemctl", "is-enabled", "adit").run().exit()).isNotZero();
        assertThat(List.of("etc/adit", "etc/systemd/system/adit.service", "var/lib/private/adit"))
                .noneMatch(path -> Files.exists(node.file(path)));
    }

    private void installService() throws Exception {
        service.dial(sim);
        node.command("adit", "service", "install", "--token-file", "/opt/token")
                .run()
                .ok();
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
    }

    private String dpkg(String... arguments) {
        return node.command("dpkg").with(arguments).run().ok().text();
    }
}
