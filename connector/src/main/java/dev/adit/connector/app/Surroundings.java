package dev.adit.connector.app;

import dev.adit.connector.check.CheckReport;
import dev.adit.connector.check.CheckRow;
import dev.adit.connector.check.MachineChecks;
import dev.adit.connector.check.Prechecks;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.net.Transport;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What {@code adit tunnel run} would find with some settings, seen without starting it. Blocks. */
final class Surroundings {
    private final GivenSettings given;
    private final Settings settings;
    private final EdgeOptions edge;

    /** @throws IllegalArgumentException if a setting is wrong; the message says which and how */
    Surroundings(GivenSettings given) {
        this.given = given;
        settings = given.settings();
        edge = EdgeSettings.read(settings, null);
    }

    /** Looks at all of it, which takes some 15 s at most. */
    CheckReport look() {
        Ingress ingress = given.ingress();
        URI api = AccountAccess.address(settings, null);
        MachineChecks machine = new MachineChecks(Clock.systemUTC());
        return overTheNetwork(ingress == null ? List.of() : ingress.rules(), api)
                .with(List.of(token(), machine.clock(api), machine.openFiles(), machine.state(edge.stateDirectory())));
    }

    private CheckReport overTheNetwork(List<IngressRule> rules, URI api) {
        Transport transport = Transport.best();
        MultiThreadIoEventLoopGroup loops = transport.group(1, "adit-check");
        try {
            AddressResolverGroup<InetSocketAddress> names = names(transport, edge.dnsServer());
            Prechecks checks = new Prechecks(loops.next(), transport, names, dialer(transport, names));
            Prechecks.Plan plan = Prechecks.Plan.of(edge, Prechecks.Plan.server(api), rules);
            return checks.run(plan)
                    .thenCompose(
                            report -> checks.largePackets(plan.edges(), report).thenApply(report::with))
                    .get(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("each check has a limit and turns failures into rows", e);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }

    private EdgeDialer dialer(Transport transport, AddressResolverGroup<InetSocketAddress> names) {
        String caCert = settings.text("cacert");
        EdgeSecurity security = EdgeSecurity.of(settings);
        EdgeAuthorities trusted =
                TrustedEdges.of(caCert == null ? null : Path.of(caCert), security, edge.stateDirectory());
        return new EdgeDialing(edge, trusted, security.agreement()).dialer(transport, names, Runnable::run);
    }

    private static AddressResolverGroup<InetSocketAddress> names(Transport transport, @Nullable EdgeAddress server) {
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder()
                .datagramChannelType(transport.datagram())
                .socketChannelType(transport.socket(), true);
        if (server != null) {
            builder.nameServerProvider(
                    new SingletonDnsServerAddressStreamProvider(new InetSocketAddress(server.host(), server.port())));
        }
        return new DnsAddressResolverGroup(builder);
    }

    private CheckRow token() {
        try {
            TunnelToken token = given.identity().find(given.tunnel());
            return token == null
                    ? CheckRow.skip(CheckRow.Component.TOKEN, "none", "none given")
                    : CheckRow.pass(CheckRow.Component.TOKEN, token.tunnelId().toString(), "well-formed");
        } catch (BadInput e) {
            return CheckRow.fail(CheckRow.Component.TOKEN, "token", "not usable", String.valueOf(e.getMessage()));
        }
    }
}
