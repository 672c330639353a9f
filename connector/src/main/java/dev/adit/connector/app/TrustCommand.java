package dev.adit.connector.app;

import dev.adit.connector.account.TrustFetch;
import dev.adit.connector.account.WebClient;
import dev.adit.connector.edge.EdgePins;
import dev.adit.connector.edge.SavedAuthorities;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit trust}: whose certificates of edges are trusted. */
@Command(
        name = "trust",
        description = "Manages the authorities that are trusted for the edge.",
        subcommands = TrustCommand.Fetch.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class TrustCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new MissingCommand(spec.commandLine(), "missing command");
    }

    /** {@code adit trust fetch}. */
    @Command(
            name = "fetch",
            description = {
                "Gets the authorities of the provider's edges, which no machine knows by itself, and keeps them in the state"
                        + " directory, where tunnel run finds them.",
                "",
                "What is there must be certificates whose SHA-256 fingerprints this program knows: a wrong or forged one is"
                        + " refused, whoever sends it. PEM files will do, and any text with PEM in it.",
                ""
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footer = {
                "",
                "Example:",
                "  adit trust fetch --state-dir /var/lib/adit \\",
                "    https://developers.cloudflare.com/ssl/static/origin_ca_ecc_root.pem \\",
                "    https://developers.cloudflare.com/ssl/static/origin_ca_rsa_root.pem",
                "  adit tunnel run --state-dir /var/lib/adit --token-file ci.token",
                "",
                "Exit codes: 0 done, 1 failed, 2 called the wrong way. After a failure nothing is kept."
            })
    static final class Fetch implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Parameters(arity = "1..*", paramLabel = "URL", description = "Where certificates are, with https://.")
        private List<String> urls = List.of();

        @Override
        public Integer call() {
            List<URI> addresses = urls.stream().map(this::address).toList();
            String state = GivenSettings.of(spec.commandLine(), System.getenv())
                    .settings()
                    .text("state-dir");
            if (state == null) {
                throw usage("nowhere to keep them: give --state-dir DIR");
            }
            if (!Files.isDirectory(Path.of(state))) {
                throw usage("--state-dir " + state + " is not a directory");
            }
            TrustFetch fetch = new TrustFetch(new WebClient("adit/" + Version.text()), EdgePins.PROVIDER);
            List<X509Certificate> found = new ArrayList<>();
            addresses.forEach(address -> found.addAll(fetch.fetch(address)));
            SavedAuthorities saved = new SavedAuthorities(Path.of(state), EdgePins.PROVIDER);
            try {
                saved.add(found);
            } catch (IOException e) {
                throw new BadInput(saved.file() + " can't be written: " + Daemon.reason(e));
            }
            PrintWriter out = spec.commandLine().getOut();
            found.forEach(one -> out.println(
                    "Trusting " + one.getSubjectX500Principal() + ", SHA-256 " + EdgePins.fingerprint(one)));
            out.println("Kept in " + saved.file());
            return CommandLine.ExitCode.OK;
        }

        private URI address(String url) {
            URI address;
            try {
                address = WebClient.address("URL", url);
            } catch (IllegalArgumentException e) {
                throw usage(String.valueOf(e.getMessage()));
            }
            if (!"https".equals(address.getScheme())) {
                throw usage("URL must begin with https://, was \"" + url + "\"");
            }
            return address;
        }

        private ParameterException usage(String message) {
            return new ParameterException(spec.commandLine(), message);
        }
    }
}
