package dev.adit.connector.app;

import dev.adit.connector.account.AccountApi;
import dev.adit.connector.account.AccountFailure;
import dev.adit.connector.account.TunnelRecord;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
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

/** {@code adit tunnel create}: makes a tunnel and writes the file with which a connector may serve it. */
@Command(
        name = "create",
        description = {
            "Makes a tunnel, and writes the credentials file with which a connector may serve it.",
            "",
            "The file, ID.json, is written beside the certificate or into the first directory where connectors look for"
                    + " it. It is never overwritten, and only its owner can read it; if it can't be written the tunnel is"
                    + " deleted again.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit tunnel create --api-token-file api.token ci",
            "",
            "Exit codes: 0 done, 1 failed, 2 called the wrong way."
        })
final class CreateCommand implements Callable<Integer>, Managing {
    /** What the API asks for at least, and what we make. */
    private static final int SECRET_BYTES = 32;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "What the tunnel will be called; no other tunnel may be called so.")
    private String name = "";

    @Option(
            names = {"--output", "-o"},
            paramLabel = "FORMAT",
            description = "Print the tunnel as json or yaml.")
    private @Nullable String output;

    @Option(
            names = {"--secret", "-s"},
            paramLabel = "BASE64",
            defaultValue = "${env:TUNNEL_CREATE_SECRET}",
            description = "The tunnel's secret, 32 bytes or more; a random one by default. (TUNNEL_CREATE_SECRET)")
    private @Nullable String secret;

    @Override
    public Integer call() {
        TunnelDocument.Format format = TunnelDocument.Format.of(spec, output);
        if (name.isBlank() || AccountAccess.isId(name)) {
            throw usage("a tunnel needs a name that is no UUID, since commands take either");
        }
        TunnelSecret bytes = secret();
        AccountAccess access = AccountAccess.of(spec);
        Path named = access.namedCredentials();
        if (named != null) {
            CredentialsFile.requireNew(named);
        }
        TunnelRecord tunnel = access.api().create(name, bytes);
        Path file = named == null ? access.newCredentials(tunnel.id()) : named;
        write(access.api(), tunnel.id(), file, bytes);
        PrintWriter out = spec.commandLine().getOut();
        if (format != null) {
            out.println(TunnelDocument.text(format, TunnelDocument.tunnel(tunnel)));
        } else {
            out.println("Tunnel credentials written to " + file
                    + ". Keep this file secret: whoever has it can serve the tunnel, until that is deleted.");
            out.println();
            out.println("Created tunnel " + tunnel.name() + " with id " + tunnel.id());
        }
        return CommandLine.ExitCode.OK;
    }

    private TunnelSecret secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        if (secret == null || secret.isEmpty()) {
            new SecureRandom().nextBytes(bytes);
            return TunnelSecret.of(bytes);
        }
        try {
            bytes = Base64.getDecoder().decode(secret.strip());
        } catch (IllegalArgumentException e) {
            // The JDK's message quotes the text, which is a secret.
            throw usage("--secret must be standard base64");
        }
        if (bytes.length < SECRET_BYTES) {
            throw usage("--secret must have at least " + SECRET_BYTES + " bytes, had " + bytes.length);
        }
        return TunnelSecret.of(bytes);
    }

    /** A tunnel whose secret nobody knows is of no use. */
    private static void write(AccountApi api, UUID id, Path file, TunnelSecret secret) {
        try {
            CredentialsFile.write(file, new TunnelToken(api.account(), id, secret, null));
        } catch (IOException e) {
            String what = "the credentials file " + file + " can't be written: " + Daemon.reason(e);
            try {
                api.delete(id, AccountApi.Cascade.NONE);
            } catch (AccountFailure left) {
                throw new BadInput(
                        what + "; and the tunnel " + id + " could not be deleted again: " + left.getMessage());
            }
            throw new BadInput(what + "; so the tunnel was deleted again");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
