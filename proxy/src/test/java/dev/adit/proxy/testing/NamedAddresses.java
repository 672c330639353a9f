package dev.adit.proxy.testing;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/** Looks names up in a map, and literal addresses in themselves. */
public final class NamedAddresses extends AddressResolverGroup<InetSocketAddress> {
    private final Map<String, List<InetAddress>> names;

    /** Knows {@code names} and literal addresses. */
    public NamedAddresses(Map<String, List<InetAddress>> names) {
        this.names = names;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Lookup(executor).asAddressResolver();
    }

    private final class Lookup extends InetNameResolver {
        Lookup(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) throws Exception {
            promise.setSuccess(find(name).get(0));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
            promise.setSuccess(find(name));
        }

        private List<InetAddress> find(String name) throws UnknownHostException {
            byte[] literal = NetUtil.createByteArrayFromIpAddressString(name);
            if (literal != null) {
                return List.of(InetAddress.getByAddress(literal));
            }
            List<InetAddress> found = names.get(name);
            if (found == null) {
                throw new UnknownHostException(name);
            }
            return found;
        }
    }
}
