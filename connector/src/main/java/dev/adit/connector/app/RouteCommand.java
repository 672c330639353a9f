package dev.adit.connector.app;

import dev.adit.connector.account.AccountApi;
import dev.adit.connector.account.TunnelRecord;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adit tunnel route}: leads host names to tunnels. */
@Command(
        name = "route",
        description = "Leads host names to tunnels.",
        subcommands = RouteCommand.Dns.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class RouteCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new MissingCommand(spec.commandLine(), "missing command");
    }

    /** {@code adit tunnel route dns}. */
    @Command(
            name = "dns",
            description = {
                "Makes a DNS record that leads a host name to a tunnel.",
                "",
                "The zone is that of the certificate, or with an API token the zone that the host name is in.",
                ""
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            abbreviateSynopsis = true,
            footer = {
                "",
                "Example:",
                "  adit tunnel route dns --api-token-file api.token ci ci.example.com",
                "",
                "Exit codes: 0 done, 1 failed, 2 called the wrong way."
            })
    static final class Dns implements Callable<Integer>, Managing {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "TUNNEL", description = "Name or id of the tunnel.")
        private String tunnel = "";

        @Parameters(index = "1", paramLabel = "HOST", description = "The host name, such as ci.example.com.")
        private String host = "";

        @Option(
                names = {"--overwrite-dns", "-f"},
                defaultValue = "${env:TUNNEL_FORCE_PROVISIONING_DNS:-false}",
                description = "Replace the record that is there. (TUNNEL_FORCE_PROVISIONING_DNS)")
        private boolean overwrite;

        @Override
        public Integer call() {
            AccountAccess access = AccountAccess.of(spec);
            TunnelRecord found = access.tunnel(tunnel);
            AccountApi.Route route = access.api()
                    .route(found.id(), host, overwrite ? AccountApi.Overwrite.EXISTING : AccountApi.Overwrite.NOTHING);
            String text = switch (route.change()) {
                case "new" -> "Added CNAME " + route.host() + " which will route to this tunnel";
                case "updated" -> "Updated CNAME " + route.host() + ", which will route to this tunnel";
                default -> route.host() + " is already configured to route to your tunnel";
            };
            spec.commandLine().getOut().println(text + " tunnelID=" + found.id());
            return CommandLine.ExitCode.OK;
        }
    }
}
