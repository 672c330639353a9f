package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.net.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FreshNamesTest {
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops = transport.group(1, "test");
    private final TestNameServer server = new TestNameServer();
    private final AddressResolverGroup<InetSocketAddress> names = FreshNames.of(
            transport,
            new SingletonDnsServerAddressStreamProvider(new InetSocketAddress(
                    server.address().host(), server.address().port())));

    @AfterEach
    void stop() {
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        server.close();
    }

    @Test
    void findsAnOriginThatMovedAlthoughItsOldAddressWouldBeGoodForAMinute() throws Exception {
        server.host("app.test", "10.0.0.1");
        assertThat(address()).isEqualTo("10.0.0.1");

        server.forget();
        server.host("app.test", "10.0.0.2");

        assertThat(address()).isEqualTo("10.0.0.2");
    }

    private String address() throws Exception {
        return names.getResolver(loops.next())
                .resolve(InetSocketAddress.createUnresolved("app.test", 80))
                .get(20, TimeUnit.SECONDS)
                .getAddress()
                .getHostAddress();
    }
}
