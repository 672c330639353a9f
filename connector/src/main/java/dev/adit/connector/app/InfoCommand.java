package dev.adit.connector.app;

import dev.adit.connector.account.TunnelRecord;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel info}: who serves a tunnel. */
@Command(
        name = "info",
        description = "Shows the connectors that serve a tunnel, and from where.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit tunnel info --api-token-file api.token ci",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way."
        })
final class InfoCommand implements Callable<Integer>, Managing {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "TUNNEL", description = "Its name or id.")
    private String tunnel = "";

    @Option(
            names = {"--show-recently-disconnected", "--rd"},
            description = "Show connections that ended a short while ago.")
    private boolean disconnected;

    @Option(
            names = "--sort-by",
            paramLabel = "KEY",
            defaultValue = "${env:TUNNEL_INFO_SORT_BY:-createdAt}",
            description = "id, createdAt, numConnections or version of the connector; createdAt by default."
                    + " (TUNNEL_INFO_SORT_BY)")
    private String sortBy = "createdAt";

    @Option(
            names = "--invert-sort",
            defaultValue = "${env:TUNNEL_INFO_INVERT_SORT:-false}",
            description = "The other way round. (TUNNEL_INFO_INVERT_SORT)")
    private boolean inverted;

    @Option(
            names = {"--output", "-o"},
            paramLabel = "FORMAT",
            description = "Print json or yaml.")
    private @Nullable String output;

    @Override
    public Integer call() {
        TunnelDocument.Format format = TunnelDocument.Format.of(spec, output);
        Comparator<TunnelRecord.Client> order = order();
        AccountAccess access = AccountAccess.of(spec);
        TunnelRecord found = access.tunnel(tunnel);
        List<TunnelRecord.Client> clients = access.api().clients(found.id()).stream()
                .sorted(inverted ? order.reversed() : order)
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        if (format != null) {
            out.println(TunnelDocument.text(format, TunnelDocument.connectors(found, clients)));
        } else if (clients.isEmpty()) {
            out.println("Your tunnel " + found.name() + " does not have any active connection.");
        } else {
            print(out, found, clients);
        }
        return CommandLine.ExitCode.OK;
    }

    private void print(PrintWriter out, TunnelRecord found, List<TunnelRecord.Client> clients) {
        out.println("NAME:     " + found.name());
        out.println("ID:       " + found.id());
        out.println("CREATED:  " + TunnelLines.seconds(found.createdAt()));
        out.println();
        TextTable table = new TextTable("CONNECTOR ID", "CREATED", "ARCHITECTURE", "VERSION", "ORIGIN IP", "EDGE");
        for (TunnelRecord.Client client : clients) {
            List<TunnelRecord.Connection> counted = TunnelLines.counted(client.connections(), disconnected);
            table.row(
                    client.id(),
                    TunnelLines.seconds(client.runAt()),
                    client.arch(),
                    client.version(),
                    counted.isEmpty() ? "" : counted.get(0).originIp(),
                    TunnelLines.places(counted));
        }
        table.print(out);
    }

    private Comparator<TunnelRecord.Client> order() {
        return switch (sortBy) {
            case "id" -> Comparator.comparing(TunnelRecord.Client::id);
            case "createdAt" -> Comparator.comparing(TunnelRecord.Client::runAt);
            case "version" -> Comparator.comparing(TunnelRecord.Client::version);
            case "numConnections" ->
                Comparator.comparingInt(client ->
                        TunnelLines.counted(client.connections(), disconnected).size());
            default ->
                throw new ParameterException(
                        spec.commandLine(),
                        "--sort-by must be id, createdAt, numConnections or version, was \"" + sortBy + "\"");
        };
    }
}
