package dev.adit.edgesim.admin;

import java.util.Set;

/**
 * What the admin server is made of.
 *
 * @param routes what it serves
 * @param token opens it
 * @param loginKey opens the console once
 * @param hosts names it goes by beside those of loopback, in lower case
 * @param limits what clients may cost
 */
public record AdminSettings(Routes routes, ApiToken token, ApiToken loginKey, Set<String> hosts, AdminLimits limits) {
    public AdminSettings {
        hosts = Set.copyOf(hosts);
    }
}
