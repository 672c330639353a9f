package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
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
    private NodeService service;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        sim = running.add(EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(TUNNEL, List.of("ci.example.test"), null))));
        node = running.add(SystemdNode.start(directory, "adit-service"));
        copyProgram();
        Files.writeString(node.file("opt/token"), sim.token(TUNNEL));
        service = new NodeService(node, "adit");
        service.dial(sim);
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
        String pid = service.property("MainPID");
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
        String before = service.property("MainPID");

        install("--token-file", "/opt/token");

        service.control("start");
        assertThat(service.property("MainPID")).isNotEqualTo(before);
        assertThat(service.property("ActiveState")).isEqualTo("active");
    }

    @Test
    void findsTheConfigurationFileWhenThereIsNoToken() throws Exception {
        TunnelToken token = TunnelToken.parse(sim.token(TUNNEL));
        Files.createDirectories(node.file("etc/cloudflared"));
        Path credentials = Files.writeString(
                node.file("etc/cloudflared/tunnel.json"),
                "{\"AccountTag\":\"%s\",\"TunnelID\":\"%s\",\"TunnelSecret\":\"%s\"}"
                        .formatted(
                                token.accountTag(),
                                token.tunnelId(),
                                Base64.getEncoder()
                                        .encodeToString(token.secret().toBytes())));
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                node.file("etc/cloudflared/config.yml"),
                "tunnel: " + token.tunnelId() + "\ncredentials-file: /etc/cloudflared/tunnel.json\n"
                        + "ingress:\n  - service: http_status:404\n");

        install();

        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        assertThat(service.property("ExecStart")).contains("--config /etc/cloudflared/config.yml");
        assertThat(service.property("LimitNOFILE")).isEqualTo("65536");
        assertThat(service.property("ProtectSystem")).isEqualTo("strict");
        install();
    }

    @Test
    void stopsWithoutAFailure() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();

        service.control("stop");

        assertThat(service.property("Result")).isEqualTo("success");
        assertThat(service.property("ActiveState")).isEqualTo("inactive");
    }

    @Test
    void isReadyWithoutAnEdgeAndServesWhenThereIsOne() throws Exception {
        sim.inject(new Fault.BlackHole(Flow.BOTH));
        install("--token-file", "/opt/token");

        service.control("start");

        assertThat(service.property("ActiveState")).isEqualTo("active");
        assertThat(service.property("StatusText")).startsWith("0 of 4 ");
        String before = service.property("MainPID");

        sim.heal();

        sim.awaitServing(TUNNEL, 4, LIMIT.multipliedBy(2)).get();
        assertThat(service.property("MainPID")).isEqualTo(before);
    }

    @Test
    void tellsSystemdHowItIs() throws Exception {
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();

        service.await("StatusText", "4 of 4 *");
        service.control("reload");

        service.await("SubState", "running");
    }

    @Test
    void comesBackWhenItHangs() throws Exception {
        service.dial(sim, "WatchdogSec=10s");
        install("--token-file", "/opt/token");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        service.control("start");

        node.command("kill", "-STOP", service.property("MainPID")).run().ok();

        service.await("NRestarts", "[1-9]*");
        sim.awaitServing(TUNNEL, 4, LIMIT).get();
        service.control("stop");
        assertThat(service.property("Result")).isEqualTo("success");
    }

    @Test
    void tellsWhoIsNotRootInOneSentence() {
        Command.Outcome refused = node.command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                .with("/opt/adit/adit", "service", "install", "--token-file", "/etc/no-such-token")
                .run();

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err().lines()).singleElement().asString().contains("only root may do this", "use sudo");
    }

    @Test
    void servesSeveralTunnelsBesideEachOther() throws Exception {
        NodeService other = new NodeService(node, "adit-wiki");
        other.dial(sim);
        install("--token-file", "/opt/token");
        adit("service", "install", "--instance", "wiki", "--token-file", "/opt/token")
                .run()
                .ok();
        sim.awaitServing(TUNNEL, 8, LIMIT).get();

        adit("service", "uninstall", "--instance=wiki", "--purge").run().ok();

        assertThat(other.property("LoadState")).isEqualTo("not-found");
        assertThat(node.file("etc/adit-wiki")).doesNotExist();
        assertThat(service.property("ActiveState")).isEqualTo("active");
        assertThat(node.file("etc/adit/token")).exists();
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
        assertThat(service.property("LoadState")).isEqualTo("not-found");
        adit("service", "uninstall").run().ok();
    }

    private void install(String... arguments) {
        String said = adit("service", "install").with(arguments).run().ok().err();
        assertThat(said).contains("Using Systemd", "Linux service for adit installed successfully");
    }

    private Command adit(String... arguments) {
        return node.command("/opt/adit/adit").with(arguments);
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
