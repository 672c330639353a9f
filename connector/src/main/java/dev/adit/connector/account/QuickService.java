package dev.adit.connector.account;

import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives tunnels to everyone who asks, without an account. */
public final class QuickService {
    /**
     * A tunnel that lives as long as its connector.
     *
     * @param token the right to serve it
     * @param hostname where eyeballs find it
     */
    public record QuickTunnel(TunnelToken token, String hostname) {}

    private final WebClient web;
    private final URI base;

    /** Asks at {@code base}, such as {@code https://api.trycloudflare.com}. */
    public QuickService(WebClient web, URI base) {
        this.web = web;
        this.base = base;
    }

    /** Asks for a new tunnel; blocks. */
    public QuickTunnel request() {
        WebClient.Answer answer = web.ask(HttpRequest.newBuilder(URI.create(base + "/tunnel"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.noBody()));
        ConfigNode json;
        try {
            json = ConfigNode.json("answer", answer.text());
        } catch (InvalidConfig e) {
            throw new AccountFailure(base + " gave no tunnel: status " + answer.status() + ", and no JSON");
        }
        ConfigNode result = json.child("result");
        QuickTunnel tunnel = result == null || answer.status() != 200 ? null : tunnel(result);
        if (tunnel == null) {
            String why = json.list("errors").stream()
                    .map(error -> error.string("message"))
                    .findFirst()
                    .orElse("the answer has no tunnel in it");
            throw new AccountFailure(base + " gave no tunnel: status " + answer.status() + ", " + why);
        }
        return tunnel;
    }

    private static @Nullable QuickTunnel tunnel(ConfigNode result) {
        String id = result.string("id");
        String account = result.string("account_tag");
        String secret = result.string("secret");
        String hostname = result.string("hostname");
        if (id == null || account == null || secret == null || hostname == null || hostname.isEmpty()) {
            return null;
        }
        try {
            TunnelSecret bytes = TunnelSecret.of(Base64.getDecoder().decode(secret));
            return new QuickTunnel(new TunnelToken(account, UUID.fromString(id), bytes, null), hostname);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
