package dev.adit.connector.app;

import dev.adit.connector.check.CheckReport;
import dev.adit.connector.check.CheckRow;
import dev.adit.connector.check.MachineChecks;
import dev.adit.connector.check.Prechecks;
import dev.adit.connector.edge.EdgeAddress;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adit check}: looks at what {@code adit tunnel run} would need with the same settings, and starts nothing. */
@Command(
        name = "check",
        description = {
            "Looks at what a tunnel needs on this machine: names and the way to the edge, origins, token, clock, limits.",
            "",
            "Takes the settings of tunnel run, from the same places, and says what fails and what to do about it.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit check --config /etc/adit/config.yml",
            "",
            "Exit codes: 0 nothing is in the way of requests, 1 something is, 2 called the wrong way."
        })
final class CheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
        Settings settings = given.settings();
        CheckRow token = token(given);
        Ingress ingress = given.ingress();
        List<IngressRule> rules = ingress == null ? List.of() : ingress.rules();
        URI api = URI.create(settings.textOf("api-url"));
        EdgeOptions edge;
        try {
            edge = EdgeSettings.read(settings, null);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        MachineChecks machine = new MachineChecks(Clock.systemUTC());
        CheckReport report = overTheNetwork(settings, edge, rules, api)
                .with(List.of(token, machine.clock(api), machine.openFiles(), machine.state(edge.stateDirectory())));
        report.text().forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return report.isUsable() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static CheckReport overTheNetwork(Settings settings, EdgeOptions edge, List<IngressRule> rules, URI api)
            throws Exception {
        String caCert = settings.text("cacert");
        Transport transport = Transport.best();
        MultiThreadIoEventLoopGroup loops = transport.group(1, "adit-check");
        try {
            AddressResolverGroup<InetSocketAddress> names = names(transport, edge.dnsServer());
            Prechecks checks = new Prechecks(loops.next(), transport, names, dialer(transport, names, caCert));
            List<EdgeAddress> edges =
                    edge.addresses().isEmpty() ? Prechecks.Plan.edgesOf(edge.region()) : edge.addresses();
            return checks.run(new Prechecks.Plan(edges, Prechecks.Plan.server(api), rules))
                    .get(1, TimeUnit.MINUTES);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static EdgeDialer dialer(
            Transport transport, AddressResolverGroup<InetSocketAddress> names, @Nullable String caCert) {
        try {
            return new EdgeDialer(
                    transport, names, Daemon.trusted(caCert == null ? null : Path.of(caCert)), Runnable::run);
        } catch (GeneralSecurityException | IOException e) {
            throw new BadInput("TLS towards the edge can't be set up: " + e.getMessage());
        }
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

    private static CheckRow token(GivenSettings given) {
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
