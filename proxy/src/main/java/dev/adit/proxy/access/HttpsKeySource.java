package dev.adit.proxy.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Fetches key sets over HTTPS, on threads of the JDK's client. */
public final class HttpsKeySource implements KeySource {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Function<String, URI> address;
    private final @Nullable SSLContext tls;

    /** Made for the first request: it reads all that this machine trusts, and few rules ask for keys. */
    private final AtomicReference<@Nullable HttpClient> client = new AtomicReference<>();

    /** Trusts what this machine trusts and asks {@code https://ISSUER/cdn-cgi/access/certs}. */
    public HttpsKeySource() {
        this(issuer -> URI.create("https://" + issuer + "/cdn-cgi/access/certs"), null);
    }

    /** Asks at {@code address} of the issuer; trusts as {@code tls} says, null for what this machine trusts. */
    public HttpsKeySource(Function<String, URI> address, @Nullable SSLContext tls) {
        this.address = address;
        this.tls = tls;
    }

    @Override
    public CompletableFuture<String> fetch(String issuer) {
        HttpRequest request =
                HttpRequest.newBuilder(address.apply(issuer)).timeout(LIMIT).build();
        return client().sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new CompletionException(new IOException(issuer + " answers " + response.statusCode()));
            }
            return response.body();
        });
    }

    private HttpClient client() {
        HttpClient made = client.get();
        if (made == null) {
            HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(LIMIT);
            made = (tls == null ? builder : builder.sslContext(tls)).build();
            client.set(made);
        }
        return made;
    }
}
