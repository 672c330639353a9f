package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeProxy;
import dev.adit.connector.edge.EdgeTls;
import dev.adit.proxy.net.Transport;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executor;

/**
 * How an edge is dialed, by a tunnel and by those who look whether one could.
 *
 * @param edge says from which local address and through which proxy
 * @param trusted vouch for the edge
 * @param agreement which groups are offered
 */
record EdgeDialing(EdgeOptions edge, EdgeAuthorities trusted, EdgeTls.KeyAgreement agreement) {
    /**
     * A dialer that does so, and looks up with {@code names} what is looked up here.
     *
     * @param blocking runs the costly parts of handshakes
     * @throws BadInput if TLS can't be set up
     */
    EdgeDialer dialer(Transport transport, AddressResolverGroup<InetSocketAddress> names, Executor blocking) {
        EdgeDialer dialer;
        try {
            dialer = new EdgeDialer(transport, names, EdgeTls.context(trusted, agreement), blocking);
        } catch (GeneralSecurityException | IOException e) {
            throw new BadInput("TLS towards the edge can't be set up: " + e.getMessage());
        }
        InetAddress local = edge.bindAddress();
        if (local != null) {
            dialer.bindTo(local);
        }
        EdgeProxy proxy = edge.proxy();
        if (proxy != null) {
            dialer.through(proxy);
        }
        return dialer;
    }
}
