package dev.adit.connector.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command of cloudflared that is not offered, whatever its arguments: it says why, and what to do instead. */
final class RefusedCommand implements Callable<Integer> {
    private static final String NO_LOGIN =
            "there is no login by browser: make an API token for tunnels and DNS, and give"
                    + " it with --api-token-file, or a cert.pem that is there already with --origincert";
    private static final String NO_DNS_PROXY =
            "the DNS proxy was removed from cloudflared in 2026.2.0 and is not offered;"
                    + " run a resolver that speaks DNS over HTTPS";
    private static final String NO_DATABASE =
            "connections to databases were removed from cloudflared; use an ingress rule with a tcp:// service";
    private static final String NO_PRIVATE_ROUTES =
            "private networks are set up in the dashboard or by the API, not by the connector";

    private final String why;

    private RefusedCommand(String why) {
        this.why = why;
    }

    /** Adds those that stand at the top level to {@code root}. */
    static void addToRoot(CommandLine root) {
        refuse(root, NO_LOGIN, "login");
        refuse(
                root,
                "the program does not replace itself: install the new version by the same way as this one",
                "update");
        refuse(
                root,
                "the client side of Access is not offered: use cloudflared itself on the machine of the client",
                "access",
                "forward");
        refuse(root, "logs are not streamed through the edge: read them where the connector runs", "tail");
        refuse(
                root,
                "management tokens are for streams of logs through the edge, which are not offered: read the logs where"
                        + " the connector runs",
                "management");
        refuse(root, NO_DNS_PROXY, "proxy-dns");
        refuse(root, NO_DATABASE, "db-connect");
    }

    /** Adds those that stand below {@code tunnel}. */
    static void addToTunnel(CommandLine tunnel) {
        refuse(tunnel, NO_LOGIN, "login");
        refuse(tunnel, NO_PRIVATE_ROUTES, "vnet");
        refuse(tunnel, NO_DNS_PROXY, "proxy-dns");
        refuse(tunnel, NO_DATABASE, "db-connect");
    }

    /** Adds those that stand below {@code tunnel route}. */
    static void addToRoute(CommandLine route) {
        refuse(route, NO_PRIVATE_ROUTES, "ip");
        refuse(route, "load balancers are set up in the dashboard or by the API, not by the connector", "lb");
    }

    private static void refuse(CommandLine parent, String why, String name, String... aliases) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(new RefusedCommand(why));
        spec.usageMessage().hidden(true).description(why);
        CommandLine command = new CommandLine(spec).setUnmatchedArgumentsAllowed(true);
        parent.addSubcommand(name, command, aliases);
    }

    @Override
    public Integer call() {
        throw new BadInput(why);
    }
}
