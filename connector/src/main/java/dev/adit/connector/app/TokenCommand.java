package dev.adit.connector.app;

import dev.adit.connector.account.TunnelRecord;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel token}: the right to serve a tunnel, as text or as a file. */
@Command(
        name = "token",
        description = {
            "Prints the token with which a connector may serve a tunnel; with --credentials-file, writes that file instead.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example, with a token that no list of processes shows:",
            "  (umask 077; adit tunnel token --api-token-file api.token ci >ci.token)",
            "  adit tunnel run --token-file ci.token",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way."
        })
final class TokenCommand implements Callable<Integer>, Managing {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "TUNNEL", description = "Its name or id.")
    private String tunnel = "";

    @Override
    public Integer call() {
        AccountAccess access = AccountAccess.of(spec);
        Path file = access.namedCredentials();
        if (file != null) {
            CredentialsFile.requireNew(file);
        }
        TunnelRecord found = access.tunnel(tunnel);
        String token = access.api().token(found.id());
        if (file == null) {
            spec.commandLine().getOut().println(token);
        } else {
            write(file, token);
            spec.commandLine().getOut().println("Tunnel credentials written to " + file);
        }
        return CommandLine.ExitCode.OK;
    }

    private static void write(Path file, String token) {
        try {
            CredentialsFile.write(file, TunnelToken.parse(token));
        } catch (IllegalArgumentException e) {
            throw new BadInput("the API gave a token that is none: " + e.getMessage());
        } catch (IOException e) {
            throw new BadInput("the credentials file " + file + " can't be written: " + Daemon.reason(e));
        }
    }
}
