package dev.adit.proxy.access;

import dev.adit.proxy.net.LimitedBody;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Fetches key sets over HTTPS, on threads of the JDK's client. */
public final class HttpsKeySource implements KeySource {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Two keys and their certificates have some 5 KiB. */
    private static final int MOST_BYTES = 1 << 20;

    private final Function<String, URI> address;
    private final @Nullable SSLContext tls;
    private final Duration limit;

    /** Made for the first request: it reads all that this machine trusts, and few rules ask for keys. */
    private final AtomicReference<@Nullable HttpClient> client = new AtomicReference<>();

    /** Trusts what this machine trusts and asks {@code https://ISSUER/cdn-cgi/access/certs}. */
    public HttpsKeySource() {
        this(HttpsKeySource::certificates, null, LIMIT);
    }

    /**
     * Asks at {@code address} of the issuer; trusts as {@code tls} says, null for what this machine trusts; waits {@code limit}
     * for a whole answer.
     */
    public HttpsKeySource(Function<String, URI> address, @Nullable SSLContext tls, Duration limit) {
        this.address = address;
        this.tls = tls;
        this.limit = limit;
    }

    /** Where {@code issuer} shows its keys. */
    static URI certificates(String issuer) {
        return URI.create("https://" + issuer + "/cdn-cgi/access/certs");
    }

    @Override
    public CompletableFuture<String> fetch(String issuer) {
        HttpRequest request = HttpRequest.newBuilder(address.apply(issuer)).build();
        // The request's own limit would end with the head of the answer.
        return client().sendAsync(request, head -> new LimitedBody(MOST_BYTES))
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(response -> {
                    if (response.statusCode() != 200) {
                        throw new CompletionException(new IOException(issuer + " answers " + response.statusCode()));
                    }
                    return new String(response.body(), StandardCharsets.UTF_8);
                });
    }

    private HttpClient client() {
        HttpClient made = client.get();
        if (made == null) {
            HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(limit);
            made = (tls == null ? builder : builder.sslContext(tls)).build();
            client.set(made);
        }
        return made;
    }
}
