package dev.adit.proxy.upstream;

import dev.adit.proxy.net.TlsContexts;
import dev.adit.proxy.route.OriginOptions;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** TLS contexts towards origins, made once for each way to trust; files are read on an executor that may block. */
public final class OriginTls {
    private record Trust(@Nullable Path caPool, boolean none, boolean offersHttp2) {}

    private static final ApplicationProtocolConfig HTTP2_OR_HTTP1 = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private final Executor blocking;
    private final ConcurrentMap<Trust, CompletableFuture<SslContext>> contexts = new ConcurrentHashMap<>();

    /** Reads files and runs the costly parts of handshakes on {@code blocking}. */
    public OriginTls(Executor blocking) {
        this.blocking = blocking;
    }

    /** The context for {@code key}; a failure is not kept, so that a file that appears later is found. */
    CompletableFuture<SslContext> context(UpstreamKey key) {
        OriginOptions options = key.options();
        Trust trust = new Trust(options.caPool(), options.noTlsVerify(), key.protocol() == Protocol.NEGOTIATED);
        CompletableFuture<SslContext> context =
                contexts.computeIfAbsent(trust, t -> CompletableFuture.supplyAsync(() -> make(t), blocking));
        if (context.isCompletedExceptionally()) {
            contexts.remove(trust, context);
        }
        return context;
    }

    /** Reads all files anew for connections to come. For any thread. */
    public void forget() {
        contexts.clear();
    }

    /** Where the delegated tasks of a handshake run. */
    Executor blocking() {
        return blocking;
    }

    private static SslContext make(Trust trust) {
        try {
            SslContextBuilder builder = TlsContexts.client();
            if (trust.offersHttp2) {
                builder.applicationProtocolConfig(HTTP2_OR_HTTP1);
            }
            if (trust.none) {
                return builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .build();
            }
            Path caPool = trust.caPool;
            return builder.trustManager(TlsContexts.systemAnd(caPool == null ? List.of() : TlsContexts.readPem(caPool)))
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new CompletionException(e);
        }
    }
}
