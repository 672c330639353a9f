package dev.adit.connector.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAddresses;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeRegions;
import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.edge.IpVersion;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.logging.LoggedLines;
import dev.adit.connector.tunnel.Tunnel;
import dev.adit.connector.tunnel.TunnelTimes;
import dev.adit.connector.tunnel.WireBytes;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.access.AccessGate;
import dev.adit.proxy.access.HttpsKeySource;
import dev.adit.proxy.engine.EngineContext;
import dev.adit.proxy.engine.Flows;
import dev.adit.proxy.engine.ProxyEngine;
import dev.adit.proxy.net.LoopLocal;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.Waiting;
import dev.adit.proxy.upstream.Dialer;
import dev.adit.proxy.upstream.OriginTls;
import dev.adit.proxy.upstream.Upstreams;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TunnelSupervisorTest {
    private final Transport transport = Transport.NIO;
    private final MultiThreadIoEventLoopGroup loops = transport.group(1, "test");
    private final ExecutorService blocking = Executors.newSingleThreadExecutor();
    private final LoggedLines log = LoggedLines.of(TunnelSupervisor.class);

    @AfterEach
    void stop() {
        log.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        blocking.shutdownNow();
    }

    @Test
    void saysThatThereAreFewerAddressesThanConnectionsWereWanted() throws Exception {
        supervisor(4).start();

        Waiting.until("it is said", () -> !log.lines().isEmpty());
        assertThat(log.lines()).containsExactly("INF You requested 4 HA connections but I can give you at most 2.");
    }

    private TunnelSupervisor supervisor(int connections) throws Exception {
        EventLoop loop = loops.next();
        // Nobody listens there.
        EdgeRegions found =
                new EdgeRegions(List.of(new EdgeAddress("127.0.0.1", 1)), List.of(new EdgeAddress("127.0.0.2", 1)));
        return new TunnelSupervisor(
                tunnel(),
                new EdgeAddresses(() -> CompletableFuture.completedFuture(found), IpVersion.AUTO, loop),
                new TunnelSupervisor.Loops(loops, loop),
                new TunnelSupervisor.Plan(connections, RetryTimes.DEFAULT, new TunnelEvents() {}));
    }

    private Tunnel tunnel() throws Exception {
        RemoteConfig config = new RemoteConfig(IngressReader.unavailable());
        OriginTls originTls = new OriginTls(blocking);
        EngineContext context = new EngineContext(
                new Flows(() -> config.ingress().warpRouting().limits()),
                new AccessGate(blocking, new HttpsKeySource(), Clock.systemUTC()));
        return new Tunnel(
                new TunnelToken("account", UUID.randomUUID(), TunnelSecret.of(new byte[32]), null),
                new RegistrationRequest.Client(UUID.randomUUID(), List.of(), "0", "test"),
                config,
                Map.of(),
                new EdgeDialer(
                        transport,
                        DefaultAddressResolverGroup.INSTANCE,
                        EdgeTls.context(
                                EdgeAuthorities.only(List.of(new CertificateBuilder()
                                        .subject("CN=Test authority")
                                        .setIsCertificateAuthority(true)
                                        .buildSelfSigned()
                                        .getCertificate())),
                                EdgeTls.KeyAgreement.CLASSIC),
                        blocking),
                new LoopLocal<>(
                        loops,
                        loop -> new ProxyEngine(
                                config::routes,
                                new Upstreams(
                                        loop,
                                        new Dialer(transport, loop, DefaultAddressResolverGroup.INSTANCE, originTls)),
                                context)),
                blocking,
                TunnelTimes.DEFAULT,
                List.of(),
                new WireBytes(1));
    }
}
