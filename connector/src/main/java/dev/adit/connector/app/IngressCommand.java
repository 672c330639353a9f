package dev.adit.connector.app;

import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import dev.adit.proxy.route.Route;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel ingress}: tries the rules of a file without serving anything. */
@Command(
        name = "ingress",
        description = "Checks and tries ingress rules.",
        subcommands = {IngressCommand.Validate.class, IngressCommand.Rule.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class IngressCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new MissingCommand(spec.commandLine(), "missing command");
    }

    /** The rules of the file that was named or found; usage is wrong if there is none. */
    private static Ingress rules(CommandSpec spec, GivenSettings given) {
        Ingress ingress = given.ingress();
        if (given.path() == null) {
            throw new ParameterException(spec.commandLine(), "no configuration file was found; give --config FILE");
        }
        if (ingress == null) {
            throw new BadInput("The config file doesn't contain any ingress rules");
        }
        return ingress;
    }

    /** {@code adit tunnel ingress validate}. */
    @Command(
            name = "validate",
            description = "Checks the ingress rules of the configuration file, and tells every mistake.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  adit tunnel --config config.yml ingress validate"})
    static final class Validate implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Option(
                names = {"--json", "-j"},
                paramLabel = "RULES",
                defaultValue = "${env:TUNNEL_INGRESS_VALIDATE_JSON}",
                description = "Check these rules in JSON, as the edge sends them, not a file."
                        + " (TUNNEL_INGRESS_VALIDATE_JSON)")
        private @Nullable String json;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            if (json != null) {
                out.println("Validating rules from the --json flag");
                String given = json;
                validated(() -> IngressReader.local(ConfigNode.json("--json", given)));
            } else {
                GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
                Path path = given.path();
                if (path != null) {
                    out.println("Validating rules from " + path);
                }
                validated(() -> rules(spec, given)).warnings().forEach(out::println);
                if (Rules.isGiven(given.settings())) {
                    throw new BadInput(
                            "Validation failed: --url, --hello-world and --unix-socket name one origin for all requests and can't be"
                                    + " used together with ingress rules");
                }
            }
            out.println("OK");
            return CommandLine.ExitCode.OK;
        }

        private static Ingress validated(Supplier<Ingress> rules) {
            try {
                return rules.get();
            } catch (InvalidConfig e) {
                throw new BadInput("Validation failed: " + e.getMessage());
            }
        }
    }

    /** {@code adit tunnel ingress rule URL}. */
    @Command(
            name = "rule",
            description = "Tells which rule of the configuration file a URL meets.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  adit tunnel --config config.yml ingress rule https://ci.example.com/job/1"})
    static final class Rule implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Parameters(paramLabel = "URL", description = "What a browser would be given, such as https://ci.example.com/.")
        private String url = "";

        @Override
        public Integer call() {
            URI uri = uri();
            GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
            Ingress ingress = rules(spec, given);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Using rules from " + given.path());
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            Route route = ingress.routes().match(uri.getRawAuthority(), path);
            if (route == null) {
                throw new BadInput("The path means one rule as it is written and another one normalized: such a request"
                        + " is answered with 400");
            }
            IngressRule rule = ingress.rules().get(route.index());
            out.printf(Locale.ROOT, "Matched rule #%d%n", route.index());
            print(out, "hostname", rule.hostname());
            print(out, "path", rule.path());
            print(out, "service", rule.service());
            return CommandLine.ExitCode.OK;
        }

        private URI uri() {
            try {
                URI uri = new URI(url);
                if (uri.getRawAuthority() != null && uri.getScheme() != null) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // Told below.
            }
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + url + "\" is not a URL with scheme and host, such as https://ci.example.com/");
        }

        private static void print(PrintWriter out, String name, String value) {
            if (!value.isEmpty()) {
                out.println("\t" + name + ": " + value);
            }
        }
    }
}
