package dev.adit.connector.app;

import dev.adit.connector.account.TunnelRecord;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adit tunnel list}: the tunnels of an account. */
@Command(
        name = "list",
        description = "Lists the tunnels of the account, and how many connections serve each at which place.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit tunnel list --api-token-file api.token --name-prefix ci --output json",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way."
        })
final class ListCommand implements Callable<Integer>, Managing {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"--show-deleted", "-d"},
            description = "List deleted tunnels too.")
    private boolean deleted;

    @Option(
            names = {"--name", "-n"},
            paramLabel = "NAME",
            description = "Only the tunnel that is called so.")
    private @Nullable String name;

    @Option(
            names = {"--name-prefix", "--np"},
            paramLabel = "TEXT",
            description = "Only tunnels whose name begins so.")
    private @Nullable String prefix;

    @Option(
            names = {"--exclude-name-prefix", "--enp"},
            paramLabel = "TEXT",
            description = "Only tunnels whose name does not begin so.")
    private @Nullable String excluded;

    @Option(
            names = {"--when", "-w"},
            paramLabel = "TIME",
            description = "Only tunnels that were there at that time, such as 2026-11-22T18:00:00Z.")
    private @Nullable String when;

    @Option(
            names = {"--id", "-i"},
            paramLabel = "ID",
            description = "Only the tunnel with that id.")
    private @Nullable String id;

    @Option(
            names = {"--show-recently-disconnected", "--rd"},
            description = "Count connections that ended a short while ago.")
    private boolean disconnected;

    @Option(
            names = "--sort-by",
            paramLabel = "KEY",
            defaultValue = "${env:TUNNEL_LIST_SORT_BY:-name}",
            description = "name, id, createdAt, deletedAt or numConnections; by name by default. (TUNNEL_LIST_SORT_BY)")
    private String sortBy = "name";

    @Option(
            names = "--invert-sort",
            defaultValue = "${env:TUNNEL_LIST_INVERT_SORT:-false}",
            description = "The other way round. (TUNNEL_LIST_INVERT_SORT)")
    private boolean inverted;

    @Option(
            names = {"--output", "-o"},
            paramLabel = "FORMAT",
            description = "Print json or yaml.")
    private @Nullable String output;

    @Override
    public Integer call() {
        TunnelDocument.Format format = TunnelDocument.Format.of(spec, output);
        Comparator<TunnelRecord> order = order();
        Map<String, String> filter = filter();
        List<TunnelRecord> found = AccountAccess.of(spec).api().list(filter).stream()
                .sorted(inverted ? order.reversed() : order)
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        if (format != null) {
            out.println(TunnelDocument.text(format, TunnelDocument.tunnels(found)));
        } else if (found.isEmpty()) {
            out.println("No tunnels were found. Make one with '" + spec.parent().qualifiedName()
                    + " create NAME', or ask for others.");
        } else {
            TextTable table = new TextTable("ID", "NAME", "CREATED", "CONNECTIONS");
            found.forEach(tunnel -> table.row(
                    tunnel.id().toString(),
                    tunnel.name(),
                    TunnelLines.seconds(tunnel.createdAt()),
                    TunnelLines.places(TunnelLines.counted(tunnel.connections(), disconnected))));
            table.print(out);
        }
        return CommandLine.ExitCode.OK;
    }

    private Map<String, String> filter() {
        Map<String, String> filter = new TreeMap<>();
        if (!deleted) {
            filter.put("is_deleted", "false");
        }
        put(filter, "name", name);
        put(filter, "name_prefix", prefix);
        put(filter, "exclude_prefix", excluded);
        if (when != null) {
            try {
                OffsetDateTime.parse(when);
            } catch (DateTimeException e) {
                throw usage("--when must be a time such as 2026-11-22T18:00:00Z, was \"" + when + "\"");
            }
        }
        put(filter, "existed_at", when);
        if (id != null && !AccountAccess.isId(id)) {
            throw usage("--id must be a UUID, was \"" + id + "\"");
        }
        put(filter, "uuid", id);
        return filter;
    }

    private static void put(Map<String, String> filter, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            filter.put(key, value);
        }
    }

    private Comparator<TunnelRecord> order() {
        return switch (sortBy) {
            case "name" -> Comparator.comparing(TunnelRecord::name);
            case "id" -> Comparator.comparing(tunnel -> tunnel.id().toString());
            case "createdAt" -> Comparator.comparing(TunnelRecord::createdAt);
            case "deletedAt" ->
                Comparator.comparing(TunnelRecord::deletedAt, Comparator.nullsFirst(Comparator.naturalOrder()));
            case "numConnections" ->
                Comparator.comparingInt(tunnel ->
                        TunnelLines.counted(tunnel.connections(), disconnected).size());
            default ->
                throw usage(
                        "--sort-by must be name, id, createdAt, deletedAt or numConnections, was \"" + sortBy + "\"");
        };
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
