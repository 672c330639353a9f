package dev.adit.edgesim;

import dev.adit.edgesim.region.ListenAddress;
import dev.adit.edgesim.rehearse.HandoverCommand;
import dev.adit.edgesim.rehearse.RehearseCommand;
import dev.adit.edgesim.state.StateException;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The simulator as a command: runs until it is told to stop. */
@Command(
        name = "edge-sim",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs an edge on this machine: accepts tunnel connectors and serves their host names.")
public final class EdgeSimMain implements Callable<Integer> {
    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--tunnel",
            paramLabel = "NAME=HOST[,HOST...][@SERVICE]",
            description = {
                "A tunnel and the host names that lead to it. Repeatable.",
                "With @SERVICE, such as @http://127.0.0.1:8080, the edge manages",
                "the tunnel's configuration; without, the connector's own counts.",
                "More can be made in the console and with the API."
            })
    private final List<String> tunnels = new ArrayList<>();

    @Option(
            names = "--tunnel-port",
            paramLabel = "PORT",
            defaultValue = "7844",
            description = "Where connectors dial (${DEFAULT-VALUE}); see also --listen and --region.")
    private int tunnelPort;

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Public HTTPS port (${DEFAULT-VALUE}).")
    private int httpsPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8088",
            converter = PortOrOff.class,
            description = "Public HTTP port, or off (${DEFAULT-VALUE}). Must be off if --bind is not loopback.")
    private int httpPort;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description = {
                "Address of all listeners (${DEFAULT-VALUE}). One that others can reach, that is any but",
                "loopback, needs --tls-cert, --tls-key and --http-port off."
            })
    private String bind = "127.0.0.1";

    @Option(
            names = "--cacert-out",
            paramLabel = "FILE",
            description = "Where to write the certificate to trust (${DEFAULT-VALUE}).")
    private Path caFile = Path.of("edge-sim-ca.pem");

    @Option(
            names = "--token-dir",
            paramLabel = "DIR",
            description = "Where to write NAME.token, readable by you only; without it the tokens are printed.")
    private @Nullable Path tokenDir;

    @Mixin
    private PublicFlags publicSide = new PublicFlags();

    @Mixin
    private RegionFlags places = new RegionFlags();

    @Mixin
    private TlsFlags tls = new TlsFlags();

    @Mixin
    private AdminFlags admin = new AdminFlags();

    @Mixin
    private FaultFlags faults = new FaultFlags();

    /** A command that runs until {@code stop} is given. */
    public EdgeSimMain(StopSignal stop) {
        this.stop = stop;
    }

    /** Runs the command. The exit code is 2 for wrong usage and 1 for any other failure. */
    public static void main(String[] args) {
        StopSignal stop = StopSignal.onShutdown();
        stop.exit(commandLine(stop).execute(args));
    }

    /** The command with what stands beside it. */
    static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new EdgeSimMain(stop))
                .addSubcommand(new RehearseCommand(stop))
                .addSubcommand(new HandoverCommand(stop))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        if (faults.listWanted()) {
            faults.printProfiles(command.getOut());
            return 0;
        }
        EdgeSimOptions options = options(command);
        try (EdgeSim sim = EdgeSim.start(options)) {
            announce(sim, options, command.getOut());
            faults.play(sim, command.getOut());
            stop.given().join();
            return 0;
        } catch (PortInUseException e) {
            return failed(command, e.getMessage() + "; choose another with --" + e.listener() + "-port");
        } catch (StateException e) {
            return failed(command, e.getMessage());
        } catch (IOException e) {
            return failed(command, "can't write " + e.getMessage());
        }
    }

    private EdgeSimOptions options(CommandLine command) {
        try {
            if (tunnels.isEmpty()) {
                throw new ParameterException(
                        command, "Missing required option: '--tunnel=NAME=HOST[,HOST...][@SERVICE]'");
            }
            List<TunnelSpec> specs = tunnels.stream().map(TunnelSpec::parse).toList();
            PrintWriter out = command.getOut();
            EdgeSimOptions options = EdgeSimOptions.of(
                            bind,
                            new Ports(tunnelPort, httpsPort, httpPort),
                            specs,
                            request -> out.println(request.line()))
                    .withPublicLimits(publicSide.limits())
                    .withCountry(publicSide.country())
                    .withEdge(tls.apply(places.apply(EdgeOptions.defaults())))
                    .withAdmin(admin.options())
                    .withCaFile(caFile);
            options.check();
            return options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private void announce(EdgeSim sim, EdgeSimOptions options, PrintWriter out) throws IOException {
        Ports ports = sim.ports();
        Files.writeString(caFile, sim.caPem());
        List<String> edges =
                sim.tunnelAddresses().stream().map(ListenAddress::text).toList();
        out.printf("connectors  %s%n", String.join(", ", edges));
        out.printf("https       %s:%d%n", bind, ports.https());
        if (ports.http() != Ports.OFF) {
            out.printf("http        %s:%d%n", bind, ports.http());
        }
        InetSocketAddress dns = sim.dnsAddress();
        if (dns != null) {
            out.printf("dns         %s%n", ListenAddress.text(dns));
        }
        out.printf("certificate %s%n", caFile);
        if (sim.apiPort() != AdminOptions.OFF) {
            out.printf("console     %s (opens once)%n", sim.loginLink());
            announceApi(sim, options.admin(), out);
        }
        Path directory = tokenDir;
        if (directory != null) {
            Files.createDirectories(directory);
        }
        for (TunnelSpec tunnel : options.tunnels()) {
            String credential = "--token " + sim.token(tunnel.name());
            if (directory != null) {
                Path file = directory.resolve(tunnel.name() + ".token");
                PrivateFile.write(file, sim.token(tunnel.name()) + "\n");
                credential = "--token-file " + file;
            }
            out.printf("%ntunnel %s serves %s%n", tunnel.name(), String.join(", ", tunnel.hosts()));
            out.printf(
                    "  adit tunnel run %s --edge %s --cacert %s%n", credential, String.join(" --edge ", edges), caFile);
        }
        out.flush();
    }

    /** Reads a port, or {@code off}. */
    static final class PortOrOff implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return text.equals("off") ? Ports.OFF : Integer.parseInt(text);
        }
    }

    private void announceApi(EdgeSim sim, AdminOptions options, PrintWriter out) {
        Path file = options.tokenFile();
        String credential = file == null ? "token " + sim.apiToken() : "token in " + file;
        out.printf("api         %s/client/v4, %s%n", sim.apiOrigin(), credential);
    }

    private static int failed(CommandLine command, @Nullable String message) {
        command.getErr().println("edge-sim: " + message);
        return 1;
    }
}
