package dev.adit.connector.ingress;

import dev.adit.proxy.route.RouteTable;
import java.util.List;
import java.util.Map;

/**
 * What one configuration says about requests.
 *
 * @param rules the rules in their order; without any rule, the one that answers 503
 * @param routes the rules as a table
 * @param warpRouting limits of private-network traffic
 * @param warnings what was ignored, one line each
 * @param defaults what rules inherit
 */
public record Ingress(
        List<IngressRule> rules,
        RouteTable routes,
        WarpRouting warpRouting,
        List<String> warnings,
        OriginRequest defaults) {
    public Ingress {
        rules = List.copyOf(rules);
        warnings = List.copyOf(warnings);
    }

    /**
     * The document that tells the edge about a local configuration.
     *
     * @param flags the values of the command line that the edge shows
     */
    public String localConfiguration(Map<String, String> flags) {
        return LocalConfiguration.json(this, flags);
    }

    /**
     * All that is in force, for people: what is inherited and what is default too. Passwords in addresses are masked.
     *
     * @param version of the edge's push, -1 if the configuration is none
     */
    public String complete(int version) {
        return LocalConfiguration.complete(this, version);
    }
}
