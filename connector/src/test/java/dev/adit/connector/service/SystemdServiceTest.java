package dev.adit.connector.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.service.SystemdService.Removal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in a directory that stands for the root, and what systemd, here a script, was told. */
final class SystemdServiceTest {
    private static final ServiceUnit BY_TOKEN = new ServiceUnit(Path.of("/opt/adit/adit"), null, null);

    private final Path root;
    private final Path told;
    private final ServiceLayout layout;

    SystemdServiceTest(@TempDir Path directory) {
        root = directory.resolve("root");
        told = directory.resolve("told");
        layout = new ServiceLayout(root, "adit");
    }

    @BeforeEach
    void makeRoot() throws IOException {
        Files.createDirectories(layout.systemd());
        Files.createDirectories(layout.unitDirectory());
    }

    @Test
    void writesTokenAndUnitAndStarts() throws Exception {
        service("").install(BY_TOKEN, "the-token");

        assertThat(layout.token()).hasContent("the-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.configuration())))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.token())))
                .isEqualTo("rw-------");
        assertThat(layout.unit())
                .content()
                .contains(
                        "ConditionFileIsExecutable=/opt/adit/adit\n",
                        "ExecStart=/opt/adit/adit tunnel run\n",
                        "LoadCredential=token:" + layout.token() + "\n",
                        "Type=notify\n",
                        "Wants=network-online.target\n",
                        "After=network-online.target\n",
                        "ExecReload=/bin/kill -HUP $MAINPID\n",
                        "Restart=on-failure\n",
                        "RestartSec=5s\n",
                        "WatchdogSec=60s\n",
                        "LimitNOFILE=65536\n",
                        "DynamicUser=yes\n",
                        "NoNewPrivileges=yes\n",
                        "ProtectSystem=strict\n",
                        "WantedBy=multi-user.target\n")
                .doesNotContain("the-token");
        assertThat(told()).containsExactly("enable adit.service", "daemon-reload", "restart --no-block adit.service");
    }

    @Test
    void updatesWhatIsThere() throws Exception {
        service("").install(BY_TOKEN, "old");

        service("").install(BY_TOKEN, "new");

        assertThat(layout.token()).hasContent("new");
        try (var files = Files.list(layout.configuration())) {
            assertThat(files).containsExactly(layout.token());
        }
    }

    @Test
    void keepsTheTokenThatIsThere() throws Exception {
        service("").install(BY_TOKEN, "old");

        service("").install(BY_TOKEN, null);

        assertThat(layout.token()).hasContent("old");
    }

    @Test
    void leavesTheTokenInUseWhenAnInstallationFails() throws Exception {
        service("").install(BY_TOKEN, "old");
        String unit = Files.readString(layout.unit());

        assertThatThrownBy(() -> service("[ $1 != restart ] || { echo no such luck; exit 5; }")
                        .install(new ServiceUnit(Path.of("/opt/other"), null, null), "new"))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContainingAll("systemctl restart", "exit code 5", "no such luck");

        assertThat(layout.token()).hasContent("old");
        assertThat(layout.unit()).hasContent(unit);
    }

    @Test
    void leavesNothingBehindWhenTheFirstInstallationFails() throws Exception {
        assertThatThrownBy(() -> service("[ $1 != daemon-reload ] || exit 1").install(BY_TOKEN, "new"))
                .isInstanceOf(ServiceProblem.class);

        assertThat(layout.configuration()).doesNotExist();
        assertThat(layout.unit()).doesNotExist();
        assertThat(told()).contains("disable adit.service");
    }

    @Test
    void readsTheConfigurationInPlaceAndItsCredentialsAsRoot() throws Exception {
        Path config = Files.writeString(root.resolve("config.yml"), "tunnel: x\n");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));

        service("").install(new ServiceUnit(Path.of("/opt/adit"), config, Path.of("/etc/adit/x.json")), null);

        assertThat(layout.unit())
                .content()
                .contains(
                        "ExecStart=/opt/adit --config " + config
                                + " --credentials-file %d/credentials.json tunnel run\n",
                        "LoadCredential=credentials.json:/etc/adit/x.json\n");
        assertThat(layout.token()).doesNotExist();
    }

    @Test
    void refusesAFileThatTheServiceCannotRead() throws Exception {
        Path config = Files.writeString(root.resolve("config.yml"), "tunnel: x\n");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> service("").install(new ServiceUnit(Path.of("/opt/adit"), config, config), null))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContaining("chmod o+r");
        assertThatThrownBy(() -> service("").install(new ServiceUnit(Path.of("/home/me/adit"), null, null), "token"))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContaining("below /home");
    }

    @Test
    void wantsATokenTheFirstTime() {
        assertThatThrownBy(() -> service("").install(BY_TOKEN, null))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContaining("--token-file");
    }

    @Test
    void saysThatSystemdIsMissing() throws Exception {
        Files.delete(layout.systemd());

        assertThatThrownBy(() -> service("").install(BY_TOKEN, "token"))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContaining("not run by systemd");
    }

    @Test
    void removesUnitAndTokenAndNoMore() throws Exception {
        service("").install(BY_TOKEN, "token");
        Path config = Files.writeString(layout.configuration().resolve("config.yml"), "tunnel: x\n");
        Files.delete(told);

        service("").uninstall(new Removal(false, false));

        assertThat(told()).containsExactly("disable adit.service", "stop adit.service", "daemon-reload");
        assertThat(layout.unit()).doesNotExist();
        assertThat(layout.token()).doesNotExist();
        assertThat(config).exists();
    }

    @Test
    void removesEverythingWhenToldTo() throws Exception {
        service("").install(BY_TOKEN, "token");
        Files.createDirectories(layout.state());

        service("").uninstall(new Removal(true, false));

        assertThat(layout.configuration()).doesNotExist();
        assertThat(layout.state()).doesNotExist();
    }

    @Test
    void leavesTheFilesOfAnotherProgramOfItsNameWhenToldToRemoveEverything() throws Exception {
        ServiceLayout shared = new ServiceLayout(root, "cloudflared");
        SystemdService service = new SystemdService(shared, systemctl(""));
        service.install(BY_TOKEN, "token");
        Path theirs = Files.writeString(shared.configuration().resolve("cert.pem"), "x");
        assertThat(shared.unit()).hasFileName("cloudflared.service");

        service.uninstall(new Removal(true, false));

        assertThat(shared.token()).doesNotExist();
        assertThat(shared.unit()).doesNotExist();
        assertThat(theirs).exists();
    }

    @Test
    void stopsLastWhatMayCarryTheSession() throws Exception {
        service("").install(BY_TOKEN, "token");
        Files.delete(told);

        service("").uninstall(new Removal(false, true));

        assertThat(told()).containsExactly("disable adit.service", "daemon-reload", "stop --no-block adit.service");
    }

    @Test
    void saysThatOnlyRootMayDoIt() throws Exception {
        Files.delete(layout.unitDirectory());

        assertThatThrownBy(() -> service("").install(BY_TOKEN, "the-token"))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageStartingWith("only root may do this")
                .hasMessageEndingWith("use sudo");
        assertThatThrownBy(() -> service("").uninstall(new SystemdService.Removal(false, false)))
                .hasMessageStartingWith("only root may do this");
        assertThat(told).doesNotExist();
    }

    @Test
    void goesOnWhenAStepOfTheRemovalFailsAndKeepsTheToken() throws Exception {
        service("").install(BY_TOKEN, "the-token");
        Files.delete(told);

        assertThatThrownBy(() -> service("[ $1 != disable ] && [ $1 != stop ] || { echo no $1 today; exit 5; }")
                        .uninstall(new SystemdService.Removal(true, false)))
                .isInstanceOf(ServiceProblem.class)
                .hasMessageContainingAll("can't be removed whole", "no disable today", "no stop today");

        assertThat(layout.unit()).doesNotExist();
        assertThat(layout.token()).hasContent("the-token");
        assertThat(told()).containsExactly("disable adit.service", "stop adit.service", "daemon-reload");
    }

    @Test
    void removesTheTokenWhenDoneAgainAfterAFailure() throws Exception {
        service("").install(BY_TOKEN, "the-token");
        assertThatThrownBy(() -> service("exit 1").uninstall(new SystemdService.Removal(false, false)))
                .isInstanceOf(ServiceProblem.class);

        service("").uninstall(new SystemdService.Removal(false, false));

        assertThat(layout.token()).doesNotExist();
    }

    @Test
    void keepsSeveralServicesApart() throws Exception {
        ServiceLayout other = new ServiceLayout(root, "adit-nexus");

        service("").install(BY_TOKEN, "the-token");
        new SystemdService(other, systemctl("")).install(BY_TOKEN, "another");
        new SystemdService(other, systemctl("")).uninstall(new SystemdService.Removal(true, false));

        assertThat(layout.token()).hasContent("the-token");
        assertThat(layout.unit()).exists();
        assertThat(other.unit()).doesNotExist();
        assertThat(other.configuration()).doesNotExist();
        assertThat(ServiceLayout.ofThisMachine("adit", "nexus").name()).isEqualTo("adit-nexus");
        assertThat(ServiceLayout.ofThisMachine("adit", null).name()).isEqualTo("adit");
    }

    @Test
    void hasNothingToDoWithoutAService() throws Exception {
        service("").uninstall(new Removal(false, false));

        assertThat(told).doesNotExist();
    }

    /** A systemd that notes what it is told, and then does as {@code script} says. */
    private SystemdService service(String script) throws IOException {
        return new SystemdService(layout, systemctl(script));
    }

    private Systemctl systemctl(String script) throws IOException {
        Path command = root.resolve("systemctl");
        Files.writeString(command, "#!/bin/sh\necho \"$*\" >>" + told + "\n" + script + "\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        return new Systemctl(command.toString());
    }

    private List<String> told() throws IOException {
        return Files.readAllLines(told);
    }
}
