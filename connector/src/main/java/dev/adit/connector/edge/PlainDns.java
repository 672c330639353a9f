package dev.adit.connector.edge;

import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks the name servers of this machine, or those that the resolver was made with. Blocks no thread. */
final class PlainDns implements ServiceLookup {
    private final DnsNameResolver resolver;

    PlainDns(DnsNameResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public CompletionStage<List<SrvRecord>> services(String name) {
        CompletableFuture<List<SrvRecord>> result = new CompletableFuture<>();
        resolver.resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV))
                .addListener((Future<List<DnsRecord>> done) -> {
                    if (!done.isSuccess()) {
                        result.completeExceptionally(cause(done));
                        return;
                    }
                    List<DnsRecord> answers = done.getNow();
                    try {
                        complete(result, SrvRecord.read(answers), name);
                    } catch (IllegalArgumentException e) {
                        result.completeExceptionally(e);
                    } finally {
                        answers.forEach(ReferenceCountUtil::release);
                    }
                });
        return result;
    }

    /** The addresses of {@code host}, at least one, in the order of the answer. */
    CompletionStage<List<InetAddress>> addresses(String host) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        resolver.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
            if (done.isSuccess()) {
                result.complete(done.getNow());
            } else {
                result.completeExceptionally(cause(done));
            }
        });
        return result;
    }

    static void complete(CompletableFuture<List<SrvRecord>> result, List<SrvRecord> services, String name) {
        if (services.isEmpty()) {
            result.completeExceptionally(new UnknownHostException("no SRV record " + name));
        } else {
            result.complete(services);
        }
    }

    private static Throwable cause(Future<?> failed) {
        @Nullable Throwable cause = failed.cause();
        return cause == null ? new UnknownHostException("canceled") : cause;
    }
}
