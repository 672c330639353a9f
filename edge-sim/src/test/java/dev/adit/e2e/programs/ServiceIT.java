package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connector as a service of a real systemd: installed, updated, stopped, removed. */
@Tag("rehearsal")
@Timeout(300)
final class ServiceIT {
    private static final String TUNNEL = "build-server";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Running running = new Running();
    private EdgeSim sim;
    private SystemdNode node;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        sim = running.add(EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(TUNNEL, List.of("ci.example.test"), null))));
        node = running.add(SystemdNode.start(directory, "adit-service"));
        copyProgram();
        Files.writeString(node.file("opt/token"), sim.token(TUNNEL));
        Files.writeString(node.file("opt/adit/ca.pem"), sim.caPem());
        drop(
                "edge.conf",
                "Environment=TUNNEL_EDGE=127.0.0.1:%d TUNNEL_CACERT=/opt/adit/ca.pem"
                        .formatted(sim.ports().tunnel()));
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void servesWithATokenThatItsUserCanNotFind() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.file("etc/adit/token"))))
                .isEqualTo("rw-------");
        String pid = property("MainPID");
        assertThat(node.command("cat", "/proc/" + pid + "/cmdline").run().ok().text())
                .doesNotContain(sim.token(TUNNEL));
        assertThat(node.command("stat", "-c", "%U", "/proc/" + pid)
                        .run()
                        .ok()
                        .text()
                        .strip())
                .isEqualTo("adit");
    }

    @Test
    void isUpdatedByTheSameCommandAndStartedAnew() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        String before = property("MainPID");

        install("--token-file", "/opt/token");

        node.command("systemctl", "start", "adit").run().ok();
        assertThat(property("MainPID")).isNotEqualTo(before);
        assertThat(property("ActiveState")).isEqualTo("active");
    }

    @Test
    void stopsWithoutAFailure() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();

        node.command("systemctl", "stop", "adit").run().ok();

        assertThat(property("Result")).isEqualTo("success");
        assertThat(property("ActiveState")).isEqualTo("inactive");
    }

    @Test
    void isReadyWithoutAnEdgeAndServesWhenThereIsOne() throws Exception {
        drop("no-edge.conf", "Environment=TUNNEL_EDGE=127.0.0.1:" + FreePort.next());
        install("--token-file", "/opt/token");

        node.command("systemctl", "start", "adit").run().ok();

        assertThat(property("ActiveState")).isEqualTo("active");
        assertThat(property("NRestarts")).isEqualTo("0");
        assertThat(property("StatusText")).startsWith("0 of 4 connections");
        Files.delete(dropIns().resolve("no-edge.conf"));
        node.command("systemctl", "daemon-reload").run().ok();
        node.command("systemctl", "restart", "adit").run().ok();
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
    }

    @Test
    void comesBackWhenItHangs() throws Exception {
        drop("watchdog.conf", "WatchdogSec=5s\nTimeoutAbortSec=1s\nRestartSec=100ms");
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        String hanging = property("MainPID");

        node.command("kill", "-STOP", hanging).run().ok();
        awaitRestart();

        assertThat(property("MainPID")).isNotEqualTo(hanging);
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
    }

    @Test
    void isStartedAnewWhenKilledAndNotWhenReloaded() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        String first = property("MainPID");

        node.command("systemctl", "reload", "adit").run().ok();
        assertThat(property("MainPID")).isEqualTo(first);
        assertThat(property("ActiveState")).isEqualTo("active");

        node.command("systemctl", "kill", "-s", "KILL", "--kill-whom=main", "adit")
                .run()
                .ok();
        awaitRestart();
        assertThat(property("MainPID")).isNotEqualTo(first);
    }

    @Test
    void tellsWhoIsNotRootInOneSentence() {
        Command.Outcome outcome = node.command(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/opt/adit/adit")
                .with("service", "install", "--token-file", "/opt/token")
                .run();

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err().lines().filter(line -> line.contains("only root may do this")))
                .hasSize(1);
        assertThat(node.file("etc/adit")).doesNotExist();
    }

    @Test
    void servesSeveralTunnelsBesideEachOther() throws Exception {
        install("--token-file", "/opt/token");
        Path more = Files.createDirectories(node.file("etc/systemd/system/adit-second.service.d"));
        Files.copy(dropIns().resolve("edge.conf"), more.resolve("edge.conf"));

        install("--instance", "second", "--token-file", "/opt/token");
        node.command("systemctl", "start", "adit-second").run().ok();
        sim.awaitServing(TUNNEL, 8, LIMIT).get();

        adit("service", "uninstall", "--instance", "second").run().ok();
        assertThat(property("ActiveState")).isEqualTo("active");
        assertThat(node.file("etc/adit-second/token")).doesNotExist();
    }

    @Test
    void leavesNoServiceAndNoTokenWhenRemoved() throws Exception {
        install("--token-file", "/opt/token");
        Files.writeString(node.file("etc/adit/config.yml"), "ingress:\n  - service: http_status:404\n");

        String said = adit("service", "uninstall").run().ok().err();

        assertThat(said).contains("Linux service for adit uninstalled successfully");
        assertThat(node.file("etc/systemd/system/adit.service")).doesNotExist();
        assertThat(node.file("etc/adit/token")).doesNotExist();
        assertThat(node.file("etc/adit/config.yml")).exists();
        assertThat(property("LoadState")).isEqualTo("not-found");
        adit("service", "uninstall").run().ok();
    }

    /** Waits until systemd has started it anew by itself. */
    private void awaitRestart() {
        node.command(
                        "timeout",
                        "60",
                        "sh",
                        "-c",
                        "until systemctl show adit -p NRestarts | grep -qv =0; do sleep 0.1; done")
                .run()
                .ok();
        node.command("systemctl", "start", "adit").run().ok();
    }

    private Path dropIns() {
        return node.file("etc/systemd/system/adit.service.d");
    }

    /** What an administrator changes, in a file beside the unit. */
    private void drop(String name, String lines) throws IOException {
        Files.createDirectories(dropIns());
        Files.writeString(dropIns().resolve(name), "[Service]\n" + lines + "\n");
    }

    private void install(String... arguments) {
        String said = adit("service", "install").with(arguments).run().ok().err();
        assertThat(said).contains("Using Systemd", "Linux service for adit");
    }

    private Command adit(String... arguments) {
        return node.command("/opt/adit/adit").with(arguments);
    }

    private String property(String name) {
        return node.command("systemctl", "show", "adit", "--value", "-p", name)
                .run()
                .ok()
                .text()
                .strip();
    }

    private void copyProgram() throws IOException {
        Path home = Files.createDirectories(node.file("opt/adit"));
        Path checkout = LaunchedConnector.checkout();
        Files.copy(checkout.resolve("adit"), home.resolve("adit"), StandardCopyOption.COPY_ATTRIBUTES);
        Path target = Files.createDirectories(home.resolve("connector/target/lib"));
        Path built = checkout.resolve("connector/target");
        Files.copy(built.resolve("connector.jar"), home.resolve("connector/target/connector.jar"));
        try (Stream<Path> jars = Files.list(built.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, target.resolve(jar.getFileName()));
            }
        }
        // The service's user is not this one.
        node.command("chmod", "-R", "a+rX", "/opt/adit").run().ok();
    }
}
