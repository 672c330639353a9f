package dev.adit.connector.check;

import dev.adit.connector.check.CheckRow.Component;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeProxy;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.route.Target;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the way to the edge and to the origins: names, TCP, TLS. */
public final class Prechecks {
    private final Probes probes;
    private final Transport transport;
    private final CheckLimits limits;

    /** Runs on {@code loop}, asks {@code names} for addresses and dials edges as the tunnel does, with {@code dialer}. */
    public Prechecks(
            EventLoop loop, Transport transport, AddressResolverGroup<InetSocketAddress> names, EdgeDialer dialer) {
        this(new Probes.Means(loop, transport, names, dialer), CheckLimits.DEFAULT);
    }

    Prechecks(Probes.Means means, CheckLimits limits) {
        this.limits = limits;
        transport = means.transport();
        probes = new Probes(means, limits);
    }

    /**
     * What to look at.
     *
     * @param edges each is looked up and dialed
     * @param api where the commands for tunnels are answered
     * @param rules whose origins are dialed
     * @param proxy through which the edges are dialed, and which looks their names up; null for none
     */
    public record Plan(
            List<EdgeAddress> edges,
            EdgeAddress api,
            List<IngressRule> rules,
            @Nullable EdgeProxy proxy) {
        private static final int EDGE_PORT = 7844;

        /** Where the server of {@code url} listens. */
        public static EdgeAddress server(URI url) {
            int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("http") ? 80 : 443;
            return new EdgeAddress(url.getHost(), port);
        }

        /** For an edge that is found as {@code edge} says. */
        public static Plan of(EdgeOptions edge, EdgeAddress api, List<IngressRule> rules) {
            List<EdgeAddress> given = edge.addresses();
            return new Plan(given.isEmpty() ? known(edge.region()) : given, api, rules, edge.proxy());
        }

        /** The names under which everybody knows the edge; {@code region} is null for the global one. */
        private static List<EdgeAddress> known(@Nullable String region) {
            String prefix = region == null ? "" : region + "-";
            return List.of(
                    new EdgeAddress(prefix + "region1.v2.argotunnel.com", EDGE_PORT),
                    new EdgeAddress(prefix + "region2.v2.argotunnel.com", EDGE_PORT));
        }
    }

    /** Looks at everything at once; the result comes within 10 s, and never fails. */
    public CompletableFuture<CheckReport> run(Plan plan) {
        List<CompletableFuture<CheckRow>> names = new ArrayList<>();
        List<CompletableFuture<CheckRow>> datagrams = new ArrayList<>();
        List<CompletableFuture<CheckRow>> edges = new ArrayList<>();
        for (EdgeAddress edge : plan.edges) {
            CompletableFuture<CheckRow> name = bounded(name(edge, plan.proxy), nameless(edge, late()));
            names.add(name);
            datagrams.add(CompletableFuture.completedFuture(
                    CheckRow.skip(Component.UDP, edge.toString(), "QUIC is not used")));
            edges.add(bounded(
                    name.thenCompose(row -> edge(row, edge, plan.proxy)), unreachable(edge, plan.proxy, late())));
        }
        List<CompletableFuture<CheckRow>> all = new ArrayList<>(names);
        all.addAll(datagrams);
        all.addAll(edges);
        all.add(bounded(api(plan.api), apiUnreachable(plan.api, late())));
        EdgeProxy proxy = plan.proxy;
        if (proxy != null) {
            all.add(bounded(proxy(proxy.address()), proxyUnreachable(proxy.address(), late())));
        }
        Set<String> services = new HashSet<>();
        plan.rules.stream().filter(rule -> services.add(rule.service())).forEach(rule -> addOrigin(all, rule));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> new CheckReport(
                        UUID.randomUUID(),
                        all.stream().map(CompletableFuture::join).distinct().toList()));
    }

    /**
     * Looks whether large packets arrive at those of {@code edges} that can be reached as {@code report} says; a row for each
     * comes within 10 s, and never fails. Not for a start: it is a conversation with an edge that is never to become a
     * tunnel's.
     */
    public CompletableFuture<List<CheckRow>> largePackets(List<EdgeAddress> edges, CheckReport report) {
        List<CompletableFuture<CheckRow>> rows = new ArrayList<>();
        for (EdgeAddress edge : new LinkedHashSet<>(edges)) {
            boolean reached = report.rows().stream()
                    .anyMatch(row -> row.component() == Component.TCP
                            && row.target().equals(edge.toString())
                            && row.status() == CheckRow.Status.PASS);
            if (reached) {
                CompletableFuture<CheckRow> row = probes.largePackets(edge)
                        .handle((arrive, error) -> error == null
                                ? largePackets(edge, arrive)
                                : CheckRow.skip(Component.MTU, edge.toString(), reason(error)));
                rows.add(bounded(row, CheckRow.skip(Component.MTU, edge.toString(), late())));
            }
        }
        return CompletableFuture.allOf(rows.toArray(CompletableFuture[]::new))
                .thenApply(done -> rows.stream().map(CompletableFuture::join).toList());
    }

    private static CheckRow largePackets(EdgeAddress edge, boolean arrive) {
        if (arrive) {
            return CheckRow.pass(Component.MTU, edge.toString(), "arrive");
        }
        return CheckRow.fail(
                Component.MTU,
                edge.toString(),
                "are lost on the way",
                "small packets reach the edge (" + edge + ") and large ones don't, so large requests will hang; let the"
                        + " firewalls on the way pass ICMP, or let this machine look for a smaller size"
                        + " (sysctl net.ipv4.tcp_mtu_probing=1), or give its interface a smaller MTU"
                        + " (ip link set dev NAME mtu 1280)");
    }

    private CompletableFuture<CheckRow> name(EdgeAddress edge, @Nullable EdgeProxy proxy) {
        CheckRow found = CheckRow.pass(Component.DNS, edge.host(), "DNS Resolved successfully");
        if (NetUtil.createByteArrayFromIpAddressString(edge.host()) != null) {
            return CompletableFuture.completedFuture(found);
        }
        if (proxy != null) {
            return CompletableFuture.completedFuture(
                    CheckRow.skip(Component.DNS, edge.host(), "the proxy looks it up"));
        }
        return probes.resolve(edge.host(), edge.port())
                .handle((address, error) -> error == null ? found : nameless(edge, reason(error)));
    }

    private static CheckRow nameless(EdgeAddress edge, String reason) {
        return CheckRow.fail(
                Component.DNS,
                edge.host(),
                "No addresses returned",
                "the name servers of this machine don't know " + edge.host()
                        + "; see /etc/resolv.conf, or give the edge's addresses with --edge: " + reason);
    }

    private CompletableFuture<CheckRow> edge(CheckRow name, EdgeAddress edge, @Nullable EdgeProxy proxy) {
        if (name.isHardFailure()) {
            return CompletableFuture.completedFuture(
                    CheckRow.skip(Component.TCP, edge.toString(), "DNS prerequisite failed"));
        }
        return probes.edge(edge)
                .handle((done, error) -> error == null
                        ? CheckRow.pass(Component.TCP, edge.toString(), "HTTP/2 connection successful")
                        : unreachable(edge, proxy, reason(error)));
    }

    private static CheckRow unreachable(EdgeAddress edge, @Nullable EdgeProxy proxy, String reason) {
        String who = proxy == null ? "this machine" : "the proxy " + proxy.address();
        return CheckRow.fail(
                Component.TCP,
                edge.toString(),
                "HTTP/2 connection is blocked or unreachable",
                "let " + who + " open TCP connections to port " + edge.port() + " of the edge (" + edge + "): "
                        + reason);
    }

    private CompletableFuture<CheckRow> api(EdgeAddress api) {
        return probes.resolve(api.host(), api.port())
                .thenCompose(probes::tcp)
                .handle((done, error) -> error == null
                        ? CheckRow.pass(Component.API, api.toString(), "API is reachable")
                        : apiUnreachable(api, reason(error)));
    }

    private static CheckRow apiUnreachable(EdgeAddress api, String reason) {
        return CheckRow.fail(
                Component.API,
                api.toString(),
                "API is unreachable",
                "a tunnel runs without " + api + ", but commands such as tunnel create need it: " + reason);
    }

    private CompletableFuture<CheckRow> proxy(EdgeAddress proxy) {
        return probes.resolve(proxy.host(), proxy.port())
                .thenCompose(probes::tcp)
                .handle((done, error) -> error == null
                        ? CheckRow.pass(Component.PROXY, proxy.toString(), "accepts connections")
                        : proxyUnreachable(proxy, reason(error)));
    }

    private static CheckRow proxyUnreachable(EdgeAddress proxy, String reason) {
        return CheckRow.fail(
                Component.PROXY,
                proxy.toString(),
                "does not accept connections",
                "start the proxy " + proxy + ", or mend --edge-proxy: " + reason);
    }

    private void addOrigin(List<CompletableFuture<CheckRow>> rows, IngressRule rule) {
        SocketAddress address = address(rule.route().target());
        if (address == null) {
            return;
        }
        CompletableFuture<Void> probe = address instanceof InetSocketAddress inet
                ? probes.resolve(inet.getHostString(), inet.getPort()).thenCompose(probes::tcp)
                : probes.tcp(address);
        CompletableFuture<CheckRow> row = probe.handle((done, error) -> error == null
                ? CheckRow.pass(Component.ORIGIN, rule.service(), "accepts connections")
                : down(rule.service(), reason(error)));
        rows.add(bounded(row, down(rule.service(), late())));
    }

    private static CheckRow down(String service, String reason) {
        return CheckRow.fail(
                Component.ORIGIN,
                service,
                "does not accept connections",
                "start " + service + ", or mend the rule that names it: " + reason);
    }

    private @Nullable SocketAddress address(Target target) {
        if (target instanceof Target.HttpOrigin origin) {
            return InetSocketAddress.createUnresolved(origin.host(), origin.port());
        }
        if (target instanceof Target.ClearHttp2Origin origin) {
            return InetSocketAddress.createUnresolved(origin.host(), origin.port());
        }
        if (target instanceof Target.TcpService origin) {
            return InetSocketAddress.createUnresolved(origin.host(), origin.port());
        }
        return target instanceof Target.UnixOrigin origin ? transport.unixAddress(origin.path()) : null;
    }

    private CompletableFuture<CheckRow> bounded(CompletableFuture<CheckRow> row, CheckRow ifLate) {
        return row.completeOnTimeout(ifLate, limits.all().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why a row is what it is if the limit of all ends it. */
    private String late() {
        return "no answer within " + limits.text();
    }

    private static String reason(@Nullable Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && cause.getCause() == null) {
                return cause.getMessage();
            }
        }
        return "no answer";
    }
}
