package dev.adit.connector.ingress;

import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.Target;
import java.util.List;

/**
 * What an {@code originRequest} says about services that take bytes.
 *
 * @param bastionMode whether the request names the destination
 * @param socks whether eyeballs speak SOCKS5 to a TCP service ({@code proxyType: socks})
 * @param ipRules which destinations an eyeball may name
 */
public record StreamOptions(boolean bastionMode, boolean socks, List<IpRules.Rule> ipRules) {
    /** Nothing is said. */
    static final StreamOptions DEFAULT = new StreamOptions(false, false, List.of());

    public StreamOptions {
        ipRules = List.copyOf(ipRules);
    }

    /** Where the request says; cloudflared's bastion knows no rules, so without any it may go everywhere. */
    Target.Bastion bastion() {
        return new Target.Bastion(ipRules.isEmpty() ? null : new IpRules(ipRules));
    }
}
