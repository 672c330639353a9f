package dev.adit.connector.app;

import dev.adit.connector.service.ServiceLayout;
import dev.adit.connector.service.ServiceProblem;
import dev.adit.connector.service.ServiceUnit;
import dev.adit.connector.service.SystemdService;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.wire.TunnelToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit service}: makes {@code adit tunnel run} a service of systemd, and undoes that. */
@Command(
        name = "service",
        description = "Installs or removes the connector as a service of this machine.",
        subcommands = {ServiceCommand.Install.class, ServiceCommand.Uninstall.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class ServiceCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "missing command");
    }

    /** Puts the files where systemd looks, and starts the service. */
    @Command(
            name = "install",
            description = {
                "Writes a unit of systemd, enables it and starts it; done again, it updates both.",
                "",
                "The token goes into a file that only root can read. With --config, or without a token where a configuration"
                        + " file is found, that is read where it is; the credentials file that it names may be root's alone.",
                ""
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            abbreviateSynopsis = true,
            footer = {
                "",
                "Examples:",
                "  sudo adit service install --token-file jenkins.token",
                "  sudo adit --config /etc/adit/config.yml service install",
                "  sudo adit service install --instance nexus --token-file nexus.token",
                "",
                "Exit codes: 0 installed, 1 failed (nothing is left behind), 2 called the wrong way."
            })
    static final class Install implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "TOKEN",
                description = "The tunnel's token. Other users can see it while this runs: prefer --token-file.")
        private @Nullable String token;

        @Mixin
        private final Instance instance = new Instance();

        @Override
        public Integer call() throws ServiceProblem {
            ServiceLayout layout = instance.layout(spec);
            SystemdService service = new SystemdService(layout);
            service.requireMayChange();
            GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
            String command = System.getProperty("adit.command");
            if (command == null) {
                throw new BadInput("the path of this program is not known; start it by its script");
            }
            TunnelToken identity = identity(given);
            boolean wanted = given.settings().isGiven("config") || (identity == null && !service.hasToken());
            Path config = wanted ? given.path() : null;
            ServiceUnit unit = new ServiceUnit(
                    Path.of(command),
                    config == null ? null : config.toAbsolutePath().normalize(),
                    identity == null && config != null ? credentials(given.settings(), config) : null);
            Logger log = LoggerFactory.getLogger(ServiceCommand.class);
            log.info("Using Systemd");
            service.install(unit, identity == null ? null : identity.encode());
            log.info("Linux service for {} installed successfully", layout.name());
            return CommandLine.ExitCode.OK;
        }

        private @Nullable TunnelToken identity(GivenSettings given) {
            String text = token;
            if (text == null) {
                return given.settings().isGiven("token") || given.settings().isGiven("token-file")
                        ? given.identity().find(null)
                        : null;
            }
            try {
                return TunnelToken.parse(text);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(), "Provided Tunnel token is not valid: " + e.getMessage());
            }
        }

        private static Path credentials(Settings settings, Path config) {
            String file = settings.text("credentials-file");
            if (file == null) {
                throw new BadInput("the configuration file " + config
                        + " must name the tunnel's credentials-file, or a token be given");
            }
            return Path.of(file).toAbsolutePath().normalize();
        }
    }

    /** Stops the service and takes its files away. */
    @Command(
            name = "uninstall",
            description = {
                "Stops the service and removes its unit and its token. Configuration, credentials and logs stay.",
                ""
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Exit codes: 0 removed, or there was none; 1 failed, 2 called the wrong way."})
    static final class Uninstall implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Option(names = "--purge", description = "Removes configuration and state, too.")
        private boolean purge;

        @Mixin
        private final Instance instance = new Instance();

        @Override
        public Integer call() throws ServiceProblem {
            Logger log = LoggerFactory.getLogger(ServiceCommand.class);
            boolean remote = isRemote(System.getenv(), ancestors());
            if (remote) {
                log.warn("this is an SSH session; if it comes through the tunnel of this service, it ends now");
            }
            ServiceLayout layout = instance.layout(spec);
            new SystemdService(layout).uninstall(new SystemdService.Removal(purge, remote));
            log.info("Linux service for {} uninstalled successfully", layout.name());
            return CommandLine.ExitCode.OK;
        }
    }

    /** Whether somebody may be here through the network: by SSH's variable, which sudo takes away, or by who started this. */
    static boolean isRemote(Map<String, String> environment, List<String> ancestors) {
        return environment.containsKey("SSH_CONNECTION")
                || ancestors.stream().anyMatch(program -> program.startsWith("sshd"));
    }

    /** The names of the programs that started this one, the nearest first; some may not be known. */
    private static List<String> ancestors() {
        return Stream.iterate(
                        ProcessHandle.current().parent(),
                        Optional::isPresent,
                        process -> process.flatMap(ProcessHandle::parent))
                .flatMap(process -> process.flatMap(known -> known.info().command()).stream())
                .map(command -> command.substring(command.lastIndexOf('/') + 1))
                .toList();
    }

    /** Which of several services of one machine. */
    static final class Instance {
        private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

        @Option(
                names = "--instance",
                paramLabel = "NAME",
                description =
                        "One of several services of this machine, each with a tunnel of its own; the name becomes part"
                                + " of the unit's, as in adit-NAME.service.")
        private @Nullable String name;

        ServiceLayout layout(CommandSpec spec) {
            if (name != null && !NAME.matcher(name).matches()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--instance must be small letters, digits and hyphens, at most 32, was \"" + name + "\"");
            }
            return ServiceLayout.ofThisMachine(spec.root().name(), name);
        }
    }
}
