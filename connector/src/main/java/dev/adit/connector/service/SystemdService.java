package dev.adit.connector.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs and removes the connector as a service of systemd. Blocks. */
public final class SystemdService {
    private static final Logger log = LoggerFactory.getLogger(SystemdService.class);

    /** What {@code ProtectHome=yes} hides. */
    private static final List<Path> HIDDEN = List.of(Path.of("/home"), Path.of("/root"), Path.of("/run/user"));

    private final ServiceLayout layout;
    private final Systemctl systemctl;

    /** With the systemd of this machine. */
    public SystemdService(ServiceLayout layout) {
        this(layout, new Systemctl("systemctl"));
    }

    SystemdService(ServiceLayout layout, Systemctl systemctl) {
        this.layout = layout;
        this.systemctl = systemctl;
    }

    /**
     * Writes the files, enables the service and starts it, or starts it anew if it was there. Does not wait for a network.
     * If a step fails, the files are again as they were.
     *
     * @param token the tunnel's token, which has been checked; null to keep the one that is there
     */
    public void install(ServiceUnit unit, @Nullable String token) throws ServiceProblem {
        requireMayChange();
        requireVisible("the program", unit.command());
        if (unit.config() != null) {
            requireVisible("the configuration file", unit.config());
            requireReadable(unit.config());
        }
        if (token == null && unit.credentials() == null && !hasToken()) {
            throw new ServiceProblem(
                    "no token: give it as an argument or with --token-file, or credentials with --config");
        }
        Changes changes = new Changes();
        try {
            if (token != null) {
                changes.write(layout.token(), token.getBytes(StandardCharsets.US_ASCII), "rw-------");
            }
            changes.write(layout.unit(), unit.text(layout).getBytes(StandardCharsets.UTF_8), "rw-r--r--");
            systemctl.run("enable", layout.unitName());
            systemctl.run("daemon-reload");
            systemctl.run("restart", "--no-block", layout.unitName());
        } catch (IOException e) {
            changes.undo();
            throw new ServiceProblem("the service can't be written: " + e.getMessage());
        } catch (ServiceProblem e) {
            takeBack(changes);
            throw e;
        }
    }

    private void takeBack(Changes changes) {
        changes.undo();
        try {
            if (!Files.exists(layout.unit())) {
                systemctl.run("disable", layout.unitName());
            }
            systemctl.run("daemon-reload");
        } catch (ServiceProblem e) {
            log.debug("after a failed installation: {}", e.getMessage());
        }
    }

    /** Whether a token was stored by an earlier installation. */
    public boolean hasToken() {
        return Files.exists(layout.token());
    }

    /**
     * How to remove a service.
     *
     * @param purge whether the configuration and the state go, too; never what another program of the same name has
     * @param detached whether to stop it last and not to wait: it may carry the session that asks for it
     */
    public record Removal(boolean purge, boolean detached) {}

    /**
     * Stops the service and removes its files. Without a service it does nothing. A step that fails does not keep the rest
     * from being done, but the token goes only if all else went.
     */
    public void uninstall(Removal removal) throws ServiceProblem {
        requireMayChange();
        boolean installed = Files.exists(layout.unit());
        Steps steps = new Steps();
        if (!installed) {
            log.info("there is no service to remove unit={}", layout.unit());
        } else {
            steps.run(() -> systemctl.run("disable", layout.unitName()));
            if (!removal.detached) {
                steps.run(() -> systemctl.run("stop", layout.unitName()));
            }
            steps.run(() -> Files.delete(layout.unit()));
            steps.run(() -> systemctl.run("daemon-reload"));
        }
        if (removal.purge) {
            steps.run(() -> delete(layout.state()));
            steps.run(() -> delete(layout.privateState()));
        }
        if (steps.allWentWell()) {
            steps.run(() -> Files.deleteIfExists(layout.token()));
            if (removal.purge && !layout.isNameOfAnother()) {
                steps.run(() -> delete(layout.configuration()));
            }
        }
        if (installed && removal.detached) {
            steps.run(() -> systemctl.run("stop", "--no-block", layout.unitName()));
        }
        steps.throwIfAnyFailed();
    }

    /**
     * To be asked before anything else is looked at.
     *
     * @throws ServiceProblem if there is no systemd here, or the user is not root
     */
    public void requireMayChange() throws ServiceProblem {
        if (!Files.isDirectory(layout.systemd())) {
            throw new ServiceProblem("this machine is not run by systemd (there is no " + layout.systemd()
                    + "); start \"" + layout.name() + " tunnel run\" by what runs it");
        }
        if (!Files.isWritable(layout.unitDirectory())) {
            throw new ServiceProblem(
                    "only root may do this (" + layout.unitDirectory() + " is not writable): use sudo");
        }
    }

    private static void requireVisible(String what, Path path) throws ServiceProblem {
        for (Path hidden : HIDDEN) {
            if (path.startsWith(hidden)) {
                throw new ServiceProblem(what + " " + path + " is below " + hidden
                        + ", which the service does not see; move it, for example below /opt or /etc");
            }
        }
    }

    private static void requireReadable(Path config) throws ServiceProblem {
        try {
            if (!Files.getPosixFilePermissions(config).contains(PosixFilePermission.OTHERS_READ)) {
                throw new ServiceProblem("the service has a user of its own, who may not read " + config
                        + "; chmod o+r it (secrets belong into the token or credentials file)");
            }
        } catch (IOException e) {
            throw new ServiceProblem("the configuration file " + config + " can't be read: " + e.getMessage());
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Files.deleteIfExists(directory);
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
