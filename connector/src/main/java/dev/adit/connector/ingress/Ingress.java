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
 */
public record Ingress(List<IngressRule> rules, RouteTable routes, WarpRouting warpRouting, List<String> warnings) {
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
}
