package dev.adit.connector.app;

import dev.adit.connector.account.QuickService.QuickTunnel;
import dev.adit.connector.check.Prechecks;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.logging.LogOptions;
import dev.adit.connector.logging.Logging;
import dev.adit.connector.settings.ConfigFile;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.settings.ShownSettings;
import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.wire.TunnelToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel run}: serves one tunnel until it is told to stop. */
@Command(
        name = "run",
        description = {
            "Serves a tunnel until SIGTERM or SIGINT.",
            "",
            "Dials the edge, registers, and passes the requests that the edge sends down to local services. Which request"
                    + " goes where is said by the edge, or by the ingress rules of a local file (--config).",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Each option can also be given before run or before tunnel, by the environment variable in its text, or by its"
                    + " long name in the file. The command line wins over the environment, and that over the file.",
            "",
            "Example, with the simulator's token and authority:",
            "  adit tunnel run --token-file jenkins.token --edge 127.0.0.1:7844 --cacert ca.pem",
            "",
            "While it runs, its local address (--metrics) has /requests and /hosts to look at, and takes POST /reload, /drain"
                    + " and /loglevel?level=debug from users of this machine.",
            "",
            "Exit codes: 0 stopped, 1 failed, 2 called the wrong way, 130 or 143 on a second signal."
        })
final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TUNNEL",
            description = "Id of the tunnel, whose credentials are then looked for; not needed with a token.")
    private @Nullable String tunnel;

    private static final List<String> TOLD = List.of(
            "autoupdate-freq",
            "edge-bind-address",
            "edge-ip-version",
            "max-active-flows",
            "metrics",
            "metrics-update-freq",
            "no-autoupdate",
            "origincert",
            "retries",
            "transport-loglevel");

    private @Nullable QuickTunnel quick;

    /** Serves {@code quick} as this command serves a tunnel of one's own, over one connection, for {@code spec}. */
    static int serve(CommandSpec spec, QuickTunnel quick) {
        RunCommand run = new RunCommand();
        run.spec = spec;
        run.quick = quick;
        return run.call();
    }

    /** This command with its argument and no more: what its annotations say stays unread. */
    static CommandSpec bareSpec() {
        RunCommand run = new RunCommand();
        run.spec = CommandSpec.wrapWithoutInspection(run);
        return run.spec.addPositional(PositionalParamSpec.builder()
                .arity("0..1")
                .type(String.class)
                .setter(new ISetter() {
                    @Override
                    public <T> T set(T value) {
                        run.tunnel = (String) value;
                        return value;
                    }
                })
                .build());
    }

    @Override
    public Integer call() {
        GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
        Logging logging = Logging.start(logOptions(given));
        try {
            return run(given, logging);
        } finally {
            // Also when it fails: nothing that was logged gets lost.
            logging.close();
        }
    }

    private int run(GivenSettings given, Logging logging) {
        Settings settings = given.settings();
        ConnectorOptions options = options(given);
        Logger log = LoggerFactory.getLogger(RunCommand.class);
        log.info("Settings: {}", ShownSettings.of(settings));
        given.warnings().forEach(log::warn);
        Path credentials = quick == null ? given.identity().foundFile(tunnel(given)) : null;
        if (credentials != null) {
            SecretFiles.warnings(credentials).forEach(log::warn);
        }
        if (given.path() == null && !settings.isGiven("token") && !settings.isGiven("token-file")) {
            log.info("No configuration file was found: {}", ConfigFile.places(System.getenv()));
        }
        if (options.ingress() == null && !given.identity().isToken()) {
            log.warn(
                    "No ingress rules were defined in provided config (if any) nor from the cli: requests get 503 until the"
                            + " edge sends rules");
        }
        if (settings.origin("token") == Settings.Origin.COMMAND_LINE) {
            log.warn(
                    "the token is on the command line, where every user of this machine can read it; use --token-file");
        }
        try (Daemon daemon = new Daemon(options, logging::recent)) {
            Signals.onStop(
                    signal -> {
                        log.info("Initiating graceful shutdown due to signal {} ...", signal);
                        daemon.drain(options.gracePeriod());
                    },
                    () -> {
                        daemon.life().removePidFile();
                        // It waits for the last lines.
                        logging.close();
                    });
            Reload reload = new Reload(new Reload.Loaded(given, options), this::readAgain, daemon);
            daemon.controlledBy(new ProcessControls(daemon, reload, logging, options.gracePeriod()));
            Signals.on("HUP", () -> reload.now("SIGHUP"));
            Signals.on("USR1", logging::reopen);
            CompletableFuture<@Nullable String> end = daemon.start();
            reload.watch();
            String error = end.join();
            if (error != null) {
                log.error("Initiating shutdown error=\"{}\"", error);
                return CommandLine.ExitCode.SOFTWARE;
            }
            log.info("no more connections active and exiting");
            log.info("Tunnel server stopped");
            return CommandLine.ExitCode.OK;
        }
    }

    private Reload.Loaded readAgain() {
        GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
        return new Reload.Loaded(given, options(given));
    }

    private static LogOptions logOptions(GivenSettings given) {
        try {
            return LogOptions.read(given.settings(), System.getenv());
        } catch (IllegalArgumentException e) {
            throw given.wrong(String.valueOf(e.getMessage()));
        }
    }

    private ConnectorOptions options(GivenSettings given) {
        Settings settings = given.settings();
        checkProtocol(given);
        // What is wrong with the file is told before what it then lacks.
        Ingress ingress = quick == null ? given.ingress() : given.onlyOrigin();
        TunnelToken token = token(given);
        String caCert = settings.text("cacert");
        try {
            return new ConnectorOptions(
                    token,
                    EdgeSettings.read(settings, token.endpoint()),
                    caCert == null ? null : Path.of(caCert),
                    ingress,
                    quick == null ? settings.number("ha-connections") : 1,
                    settings.duration("grace-period"),
                    shownFlags(settings),
                    timings(settings),
                    AdminOptions.of(settings),
                    LifeOptions.read(settings, token.tunnelId()),
                    settings.isGiven("max-active-flows") ? settings.number("max-active-flows") : null,
                    EdgeSecurity.of(settings),
                    Presence.of(settings, quick == null ? "" : quick.hostname()),
                    checkedApi(settings, token.endpoint()));
        } catch (IllegalArgumentException e) {
            throw given.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Where the API is that the checks at start look for, at {@code endpoint} of the token; null without the checks. */
    static @Nullable EdgeAddress checkedApi(Settings settings, @Nullable String endpoint) {
        return settings.isOn("no-prechecks") ? null : Prechecks.Plan.server(AccountAccess.address(settings, endpoint));
    }

    private static void checkProtocol(GivenSettings given) {
        Settings settings = given.settings();
        String protocol = settings.textOf("protocol");
        if (protocol.equals("quic")) {
            throw new BadInput(
                    settings.place("protocol") + ": quic is not offered; the tunnel runs over HTTP/2 (http2 or auto)");
        }
        if (protocol.equals("h2mux")) {
            LoggerFactory.getLogger(RunCommand.class)
                    .warn("{}: h2mux is no more; the tunnel runs over HTTP/2", settings.place("protocol"));
        } else if (!List.of("auto", "http2").contains(protocol)) {
            throw given.wrong(settings.place("protocol") + " must be auto or http2, was \"" + protocol + "\"");
        }
    }

    private TunnelToken token(GivenSettings given) {
        if (quick != null) {
            return quick.token();
        }
        TunnelToken token = given.identity().find(tunnel(given));
        if (token == null) {
            throw usage("no token: give --token-file FILE, or TUNNEL_TOKEN in the environment");
        }
        return token;
    }

    private @Nullable String tunnel(GivenSettings given) {
        return tunnel == null ? given.tunnel() : tunnel;
    }

    private static Timings timings(Settings settings) {
        return new Timings(
                Timings.DEFAULT
                        .tunnel()
                        .withRpc(settings.duration("rpc-timeout"))
                        .withDial(settings.duration("dial-edge-timeout")),
                Timings.DEFAULT
                        .retry()
                        .withDoublings(doublings(settings))
                        .withExitAfter(settings.isGiven("exit-after") ? settings.duration("exit-after") : null));
    }

    /** More than there is only says that the longest wait is wanted. */
    private static int doublings(Settings settings) {
        int given = settings.number("retries");
        if (given > RetryTimes.MAX_DOUBLINGS) {
            LoggerFactory.getLogger(RunCommand.class)
                    .warn(
                            "{} {} means {}, which is the most",
                            settings.place("retries"),
                            given,
                            RetryTimes.MAX_DOUBLINGS);
        }
        return Math.min(given, RetryTimes.MAX_DOUBLINGS);
    }

    /** The settings that cloudflared tells the edge, too, as far as they are given. */
    static Map<String, String> shownFlags(Settings settings) {
        Map<String, String> flags = new TreeMap<>();
        flags.put("protocol", "http2");
        flags.put("loglevel", settings.textOf("loglevel"));
        for (String name : TOLD) {
            if (settings.isGiven(name)) {
                flags.put(name, settings.textOf(name));
            }
        }
        return flags;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
