package dev.adit.connector.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.HttpProxyHandler;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that is asked to connect to the edge (CONNECT, RFC 9110 §9.3.6).
 *
 * @param address where it listens
 * @param login who we are to it; null if it does not ask
 */
public record EdgeProxy(EdgeAddress address, @Nullable Login login) {
    private static final String SCHEME = "http://";

    private static final Pattern STATUS = Pattern.compile("status: ([0-9]{3}.*)");

    /** A user and a password for it, neither of which is ever shown. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Reads {@code http://HOST:PORT} or {@code http://USER:PASSWORD@HOST:PORT}, with the escapes of URLs in user and password.
     *
     * @throws IllegalArgumentException if it is something else; the message does not show the text, which may hold a password
     */
    public static EdgeProxy parse(String text) {
        String rest = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        int at = rest.lastIndexOf('@');
        if (!rest.startsWith(SCHEME) || rest.indexOf('@') != at || rest.indexOf('/', SCHEME.length()) >= 0) {
            throw invalid();
        }
        try {
            return new EdgeProxy(
                    EdgeAddress.parse(rest.substring(Math.max(at + 1, SCHEME.length()))),
                    at < 0 ? null : login(rest.substring(SCHEME.length(), at)));
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message has the text.
            throw invalid();
        }
    }

    private static Login login(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Login(decoded(text), "")
                : new Login(decoded(text.substring(0, colon)), decoded(text.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException invalid() {
        return new IllegalArgumentException(
                "--edge-proxy must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with"
                        + " %-escapes for the characters @ : / and % in user and password");
    }

    /** Whether there is something to hide. */
    public boolean hasPassword() {
        return login != null && !login.password.isEmpty();
    }

    /** Makes connects of {@code pipeline} go through the proxy, which was found at {@code found}. */
    void install(ChannelPipeline pipeline, InetSocketAddress found, Duration limit) {
        HttpProxyHandler handler =
                login == null ? new HttpProxyHandler(found) : new HttpProxyHandler(found, login.user, login.password);
        handler.setConnectTimeoutMillis(limit.toMillis());
        pipeline.addLast(handler, new Silence());
    }

    /** Keeps what the handler before it tells us otherwise from the end of the pipeline, where it would be logged. */
    private static final class Silence extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }

    /** Leaves {@code pipeline} to those who speak with the edge. */
    static void connected(ChannelPipeline pipeline) {
        pipeline.remove(Silence.class);
    }

    /** Why {@code edge} was not reached, for the log. */
    String problem(EdgeAddress edge, @Nullable Throwable cause) {
        String text = String.valueOf(cause == null ? null : cause.getMessage());
        Matcher status = STATUS.matcher(text);
        if (!status.find()) {
            return "the proxy " + address + " can't be used: " + text;
        }
        if (!status.group(1).startsWith("407")) {
            return "the proxy " + address + " does not connect to " + edge + ": it answers " + status.group(1);
        }
        return login == null
                ? "the proxy " + address + " wants a user and a password (407): give them as"
                        + " --edge-proxy http://USER:PASSWORD@HOST:PORT"
                : "the proxy " + address + " refuses the user and the password of --edge-proxy (407)";
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return SCHEME + (login == null ? "" : login + "@") + address;
    }
}
