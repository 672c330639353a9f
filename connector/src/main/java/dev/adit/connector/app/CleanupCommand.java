package dev.adit.connector.app;

import dev.adit.connector.account.TunnelRecord;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel cleanup}: makes the edge forget connections. */
@Command(
        name = "cleanup",
        description = {
            "Makes the edge drop the connections of tunnels.",
            "",
            "For connections of a connector that is gone and that the edge still counts. One that runs comes back.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit tunnel cleanup --api-token-file api.token ci",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way. The first failure ends the command."
        })
final class CleanupCommand implements Callable<Integer>, Managing {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "TUNNEL", description = "Their names or ids.")
    private List<String> tunnels = List.of();

    @Option(
            names = {"--connector-id", "-c"},
            paramLabel = "ID",
            defaultValue = "${env:TUNNEL_CLEANUP_CONNECTOR}",
            description = "Only the connections of that connector. (TUNNEL_CLEANUP_CONNECTOR)")
    private @Nullable String connector;

    @Override
    public Integer call() {
        UUID client = null;
        if (connector != null && !connector.isEmpty()) {
            if (!AccountAccess.isId(connector)) {
                throw new ParameterException(
                        spec.commandLine(), "--connector-id must be a UUID, was \"" + connector + "\"");
            }
            client = UUID.fromString(connector);
        }
        AccountAccess access = AccountAccess.of(spec);
        for (String name : tunnels) {
            TunnelRecord tunnel = access.tunnel(name);
            access.api().cleanUp(tunnel.id(), client);
            spec.commandLine().getOut().println("Cleaned up connections of tunnel " + tunnel.id());
        }
        return CommandLine.ExitCode.OK;
    }
}
