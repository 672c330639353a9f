package dev.adit.connector.app;

import dev.adit.connector.account.AccountApi.Cascade;
import dev.adit.connector.account.TunnelRecord;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel delete}: deletes tunnels and their credentials files. */
@Command(
        name = "delete",
        description = {
            "Deletes tunnels, and their credentials files on this machine.",
            "",
            "A tunnel that a connector still serves is not deleted without --force.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit tunnel delete --api-token-file api.token ci",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way. The first failure ends the command."
        })
final class DeleteCommand implements Callable<Integer>, Managing {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "TUNNEL", description = "Their names or ids.")
    private List<String> tunnels = List.of();

    @Option(
            names = {"--force", "-f"},
            defaultValue = "${env:TUNNEL_RUN_FORCE_OVERWRITE:-false}",
            description = "Delete connections and routes too. (TUNNEL_RUN_FORCE_OVERWRITE)")
    private boolean force;

    @Override
    public Integer call() {
        AccountAccess access = AccountAccess.of(spec);
        PrintWriter out = spec.commandLine().getOut();
        for (String name : tunnels) {
            TunnelRecord tunnel = access.tunnel(name);
            if (tunnel.deletedAt() != null) {
                throw new BadInput("the tunnel " + tunnel.id() + " was deleted already");
            }
            if (!force && !tunnel.connections().isEmpty()) {
                throw new BadInput("the tunnel " + tunnel.name() + " has "
                        + tunnel.connections().size()
                        + " connections: stop its connectors first, or give --force");
            }
            access.api().delete(tunnel.id(), force ? Cascade.ALL : Cascade.NONE);
            out.println("Deleted tunnel " + tunnel.name() + " with id " + tunnel.id());
            Path named = access.namedCredentials();
            List<Path> files = named == null ? access.usualCredentials(tunnel.id()) : List.of(named);
            files.forEach(file -> remove(out, file, tunnel.id()));
        }
        return CommandLine.ExitCode.OK;
    }

    /** A file that is of another tunnel, or that can't be removed, is not worth a failure: the tunnel is gone. */
    private static void remove(PrintWriter out, Path file, UUID id) {
        try {
            if (TunnelToken.ofCredentials(Files.readString(file), null)
                    .tunnelId()
                    .equals(id)) {
                Files.delete(file);
                out.println("Removed its credentials file " + file);
                return;
            }
            out.println("Left " + file + ", which has the credentials of another tunnel");
        } catch (IllegalArgumentException e) {
            out.println("Left " + file + ", which has no credentials of this tunnel");
        } catch (IOException e) {
            out.println("Left " + file + ", which can't be removed: " + Daemon.reason(e));
        }
    }
}
