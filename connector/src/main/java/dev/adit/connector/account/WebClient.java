package dev.adit.connector.account;

import dev.adit.proxy.net.LimitedBody;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks web services one question at a time, within bounds of time and size. Its calls block. */
public final class WebClient {
    private static final Duration TIME = Duration.ofSeconds(15);

    /** A page of a hundred tunnels with all their connections has some 200 KiB. */
    private static final int MOST_BYTES = 4 << 20;

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /**
     * What was answered.
     *
     * @param type the media type, without parameters
     */
    record Answer(int status, String type, String text) {}

    private final HttpClient client;
    private final Duration limit;
    private final String agent;

    /** Calls itself {@code agent}, trusts what this machine trusts, and waits at most 15 s, as cloudflared does. */
    public WebClient(String agent) {
        this(agent, null, TIME);
    }

    /** Trusts as {@code tls} says, null for what this machine trusts; waits {@code limit} for a whole answer. */
    WebClient(String agent, @Nullable SSLContext tls, Duration limit) {
        this.agent = agent;
        this.limit = limit;
        // To follow a redirection could carry a token to somebody else.
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit);
        client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /**
     * The address {@code text}, without a slash at its end: HTTPS, or HTTP to this machine, where nobody listens in.
     *
     * @throws IllegalArgumentException if it is another one; the message names {@code option}
     */
    public static URI address(String option, String text) {
        try {
            URI address = new URI(text.replaceFirst("/+$", ""));
            String host = address.getHost();
            boolean safe = "https".equals(address.getScheme())
                    || ("http".equals(address.getScheme())
                            && host != null
                            && LOOPBACK.matcher(host).matches());
            if (host != null && safe && address.getRawUserInfo() == null && address.getRawFragment() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                option + " must be an https:// address, or http:// on this machine, was \"" + text + "\"");
    }

    /** Sends {@code request} and waits for the whole answer; whatever goes wrong names its address. */
    Answer ask(HttpRequest.Builder request) {
        HttpRequest complete = request.header("User-Agent", agent).build();
        String where = complete.uri().getScheme() + "://" + complete.uri().getRawAuthority();
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(complete, info -> new LimitedBody(MOST_BYTES));
        try {
            HttpResponse<byte[]> response = asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            String type = response.headers().firstValue("content-type").orElse("");
            return new Answer(
                    response.statusCode(),
                    type.replaceFirst(";.*", "").strip(),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new AccountFailure(where + " did not answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new AccountFailure(where + " can't be asked: " + reason(e.getCause()));
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            throw new AccountFailure("interrupted while waiting for " + where);
        }
    }

    private static String reason(@Nullable Throwable error) {
        if (error instanceof ConnectException) {
            // The JDK's has no message.
            return "no connection";
        }
        return error == null || error.getMessage() == null ? String.valueOf(error) : error.getMessage();
    }
}
