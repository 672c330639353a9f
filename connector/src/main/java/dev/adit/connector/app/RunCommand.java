package dev.adit.connector.app;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.config.GoDuration;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
        footer = {
            "",
            "Each option can also be given by the environment variable in its text; the option wins.",
            "",
            "Example, with the simulator's token and authority:",
            "  adit tunnel run --token-file jenkins.token --edge 127.0.0.1:7844 --cacert ca.pem",
            "",
            "Exit codes: 0 stopped, 1 failed, 2 called the wrong way, 130 or 143 on a second signal."
        })
final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The tunnel's token. Other users of this machine can see the arguments of a process: prefer"
                    + " --token-file. (TUNNEL_TOKEN)")
    private @Nullable String token;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:TUNNEL_TOKEN_FILE}",
            description = "File that holds the token. (TUNNEL_TOKEN_FILE)")
    private @Nullable Path tokenFile;

    @Mixin
    private EdgeFlags edge = new EdgeFlags();

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            defaultValue = "${env:TUNNEL_CACERT}",
            description = "PEM authorities to trust for the edge instead of this machine's. (TUNNEL_CACERT)")
    private @Nullable Path caCert;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:TUNNEL_CONFIG}",
            description = "YAML file with ingress rules. (TUNNEL_CONFIG)")
    private @Nullable Path config;

    @Option(
            names = "--ha-connections",
            paramLabel = "N",
            defaultValue = "${env:TUNNEL_HA_CONNECTIONS:-4}",
            description = "Connections to keep to the edge, 1 to 64; 4 by default. (TUNNEL_HA_CONNECTIONS)")
    private int connections;

    @Option(
            names = "--grace-period",
            paramLabel = "DURATION",
            defaultValue = "${env:TUNNEL_GRACE_PERIOD:-30s}",
            description = "How long running requests may take after SIGTERM, such as 30s or 1m30s, at most 3m; 30s by"
                    + " default. (TUNNEL_GRACE_PERIOD)")
    private String gracePeriod = "30s";

    @Option(
            names = "--rpc-timeout",
            paramLabel = "DURATION",
            defaultValue = "${env:TUNNEL_RPC_TIMEOUT:-5s}",
            description = "How long the edge may take to answer a registration; 5s by default. (TUNNEL_RPC_TIMEOUT)")
    private String rpcTimeout = "5s";

    @Option(
            names = "--exit-after",
            paramLabel = "DURATION",
            defaultValue = "${env:TUNNEL_EXIT_AFTER}",
            description = "Exit with 1 when nothing was registered for so long, for a service manager that starts the"
                    + " connector elsewhere then; never by default. (TUNNEL_EXIT_AFTER)")
    private @Nullable String exitAfter;

    @Option(
            names = "--loglevel",
            paramLabel = "LEVEL",
            defaultValue = "${env:TUNNEL_LOGLEVEL:-info}",
            description = "debug, info, warn or error; info by default. (TUNNEL_LOGLEVEL)")
    private String logLevel = "info";

    @Override
    public Integer call() {
        setLogLevel();
        ConnectorOptions options = options();
        Logger log = LoggerFactory.getLogger(RunCommand.class);
        if (token != null) {
            log.warn(
                    "the token is on the command line, where every user of this machine can read it; use --token-file");
        }
        try (Daemon daemon = new Daemon(options)) {
            StopSignals.onFirst(signal -> {
                log.info("Initiating graceful shutdown due to signal {} ...", signal);
                daemon.drain(options.gracePeriod());
            });
            String error = daemon.start().join();
            if (error != null) {
                spec.commandLine().getErr().println("adit tunnel run: " + error);
                return CommandLine.ExitCode.SOFTWARE;
            }
            log.info("Tunnel server stopped");
            return CommandLine.ExitCode.OK;
        }
    }

    /** Before the first logger is made, which reads these once. */
    private void setLogLevel() {
        if (!List.of("debug", "info", "warn", "error").contains(logLevel)) {
            throw usage("--loglevel must be debug, info, warn or error, was \"" + logLevel + "\"");
        }
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", logLevel);
    }

    private ConnectorOptions options() {
        TunnelToken served = token();
        try {
            return new ConnectorOptions(
                    served,
                    edge.options(served.endpoint()),
                    caCert,
                    config,
                    connections,
                    duration("--grace-period", gracePeriod),
                    shownFlags(),
                    timings());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private TunnelToken token() {
        String given = token == null ? System.getenv("TUNNEL_TOKEN") : token;
        if (given != null && !given.isBlank()) {
            return parse(given, "");
        }
        Path file = tokenFile;
        if (file == null) {
            throw usage("no token: give --token-file FILE, or TUNNEL_TOKEN in the environment");
        }
        try {
            return parse(Files.readString(file), " in " + file);
        } catch (CharacterCodingException e) {
            throw new BadInput("Failed to read token file: " + file + " is not text");
        } catch (IOException e) {
            throw new BadInput("Failed to read token file: " + file + ": " + Daemon.reason(e));
        }
    }

    private static TunnelToken parse(String text, String where) {
        try {
            return TunnelToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInput("Provided Tunnel token is not valid" + where + ": " + e.getMessage());
        }
    }

    private Timings timings() {
        Timings usual = Timings.DEFAULT;
        Duration limit = exitAfter == null ? null : duration("--exit-after", exitAfter);
        return new Timings(
                usual.tunnel().withRpc(duration("--rpc-timeout", rpcTimeout)),
                usual.retry().withExitAfter(limit));
    }

    private Duration duration(String option, String text) {
        Duration parsed = GoDuration.parse(text);
        if (parsed == null) {
            throw usage(option + " must be a duration such as 30s or 1m30s, was \"" + text + "\"");
        }
        return parsed;
    }

    private Map<String, String> shownFlags() {
        Map<String, String> flags = new TreeMap<>();
        flags.put("protocol", "http2");
        flags.put("loglevel", logLevel);
        return flags;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
