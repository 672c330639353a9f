package dev.adit.connector.app;

import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** Adds those whose name is among {@code words} to {@code root} and below; nobody else notices that they are there. */
    static void addTo(CommandLine root, Set<String> words) {
        CommandLine tunnel = Objects.requireNonNull(root.getSubcommands().get("tunnel"));
        CommandLine route = tunnel.getSubcommands().get("route");
        Adding adding = (parent, why, names) -> {
            if (names.stream().anyMatch(words::contains)) {
                refuse(parent, why, names);
            }
        };
        addToRoot(adding, root);
        addToTunnel(adding, tunnel);
        if (route != null) {
            addToRoute(adding, route);
        }
    }

    /** Adds a command to {@code parent} that is refused because of {@code why}, by the first name and aliases. */
    @FunctionalInterface
    private interface Adding {
        void add(CommandLine parent, String why, List<String> names);
    }

    private static void addToRoot(Adding adding, CommandLine root) {
        adding.add(root, NO_LOGIN, List.of("login"));
        adding.add(
                root,
                "the program does not replace itself: install the new version by the same way as this one",
                List.of("update"));
        adding.add(
                root,
                "the client side of Access is not offered: use cloudflared itself on the machine of the client",
                List.of("access", "forward"));
        adding.add(root, "logs are not streamed through the edge: read them where the connector runs", List.of("tail"));
        adding.add(
                root,
                "management tokens are for streams of logs through the edge, which are not offered: read the logs where"
                        + " the connector runs",
                List.of("management"));
        adding.add(root, NO_DNS_PROXY, List.of("proxy-dns"));
        adding.add(root, NO_DATABASE, List.of("db-connect"));
    }

    private static void addToTunnel(Adding adding, CommandLine tunnel) {
        adding.add(tunnel, NO_LOGIN, List.of("login"));
        adding.add(tunnel, NO_PRIVATE_ROUTES, List.of("vnet"));
        adding.add(tunnel, NO_DNS_PROXY, List.of("proxy-dns"));
        adding.add(tunnel, NO_DATABASE, List.of("db-connect"));
    }

    private static void addToRoute(Adding adding, CommandLine route) {
        adding.add(route, NO_PRIVATE_ROUTES, List.of("ip"));
        adding.add(
                route, "load balancers are set up in the dashboard or by the API, not by the connector", List.of("lb"));
    }

    private static void refuse(CommandLine parent, String why, List<String> names) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(new RefusedCommand(why));
        spec.usageMessage().hidden(true).description(why);
        CommandLine command = new CommandLine(spec).setUnmatchedArgumentsAllowed(true);
        parent.addSubcommand(
                names.get(0), command, names.subList(1, names.size()).toArray(new String[0]));
    }

    @Override
    public Integer call() {
        throw new BadInput(why);
    }
}
