package dev.adit.connector.ingress;

import com.google.re2j.Pattern;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import dev.adit.proxy.route.HostPattern;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.PathExpression;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code ingress}, {@code originRequest} and {@code warp-routing} of one document. */
public final class IngressReader {
    /** The keys of the document that belong to this reader. */
    public static final Set<String> KEYS = Set.of("ingress", "originRequest", "warp-routing");

    private static final Set<String> RULE_KEYS = Set.of("hostname", "path", "service", "originRequest");
    private static final Set<String> WARP_KEYS =
            Set.of("connectTimeout", "maxActiveFlows", "tcpKeepAlive", "enabled", "ipRules");

    /** Stands for a value of the wrong type, which is a filter all the same. */
    private static final String WRONG_TYPE = "wrong-type";

    /** Where a document comes from, which decides how it is read. */
    enum Mode {
        /** A file: what is unknown is refused, and there must be a rule. */
        LOCAL,
        /** The edge: what is unknown is ignored, and without a rule everything gets 503. */
        REMOTE
    }

    private final ConfigNode node;
    private final Mode mode;
    private final List<String> warnings = new ArrayList<>();

    private IngressReader(ConfigNode node, Mode mode) {
        this.node = node;
        this.mode = mode;
    }

    /**
     * Reads a configuration file. The caller answers for the keys beside {@link #KEYS} and reads them first.
     *
     * @throws InvalidConfig if the document has problems, those that others noted included
     */
    public static Ingress local(ConfigNode document) {
        return new IngressReader(document, Mode.LOCAL).read();
    }

    /**
     * Reads the {@code config} of a push.
     *
     * @throws InvalidConfig if it has problems
     */
    public static Ingress remote(ConfigNode config) {
        return new IngressReader(config, Mode.REMOTE).read();
    }

    /** Whether {@code document} has rules, right or wrong; an empty list has none. */
    public static boolean hasRules(ConfigNode document) {
        ConfigNode given = document.child("ingress");
        return given != null && !(given.isList() && given.isBlank());
    }

    /**
     * Checks what a configuration file without rules says for rules all the same.
     *
     * @throws InvalidConfig if the document has problems, those that others noted included
     */
    public static void checkWithoutRules(ConfigNode document) {
        IngressReader reader = new IngressReader(document, Mode.LOCAL);
        reader.defaults();
        reader.warpRouting();
        document.problems().throwIfAny();
    }

    /** What serves as long as there are no rules: 503 for everything. */
    public static Ingress unavailable() {
        return withoutRules(WarpRouting.DEFAULT, List.of(), OriginRequest.DEFAULT);
    }

    private static Ingress withoutRules(WarpRouting warpRouting, List<String> warnings, OriginRequest defaults) {
        RouteTable routes = RouteTable.unavailable();
        IngressRule rule =
                new IngressRule("", "", "http_status:503", routes.routes().get(0), OriginRequest.DEFAULT);
        return new Ingress(List.of(rule), routes, warpRouting, warnings, defaults);
    }

    private Ingress read() {
        OriginRequest defaults = defaults();
        WarpRouting warpRouting = warpRouting();
        List<ConfigNode> items = node.list("ingress");
        ConfigNode given = node.child("ingress");
        if (mode == Mode.LOCAL && (given == null || given.isBlank())) {
            node.problem("ingress", "The config file doesn't contain any ingress rules");
        }
        List<IngressRule> rules = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            ConfigNode item = items.get(i);
            if (item.isMap()) {
                IngressRule rule = rule(item, i, defaults);
                checkPlace(item, rule, i == items.size() - 1);
                rules.add(rule);
            } else {
                item.problem("a rule must be a map");
            }
        }
        node.problems().throwIfAny();
        if (rules.isEmpty()) {
            return withoutRules(warpRouting, warnings, defaults);
        }
        RouteTable routes = RouteTable.of(rules.stream().map(IngressRule::route).toList());
        return new Ingress(rules, routes, warpRouting, warnings, defaults);
    }

    /** What rules have in common; a document that is no map at all ends here. */
    private OriginRequest defaults() {
        if (!node.isMap()) {
            node.problem("the configuration is not a map");
            node.problems().throwIfAny();
        }
        return OriginRequestReader.read(node.map("originRequest"), OriginRequest.DEFAULT, mode, warnings);
    }

    private IngressRule rule(ConfigNode item, int index, OriginRequest defaults) {
        if (mode == Mode.LOCAL) {
            item.rejectUnknown(RULE_KEYS);
        }
        String hostname = text(item, "hostname");
        String path = text(item, "path");
        String service = text(item, "service");
        OriginRequest request = OriginRequestReader.read(item.map("originRequest"), defaults, mode, warnings);
        Route route = new Route(
                index,
                host(item, hostname),
                path(item, path, index),
                target(item, service, request.streams()),
                request.options(),
                request.access());
        return new IngressRule(hostname, path, service, route, request);
    }

    private static String text(ConfigNode item, String key) {
        String given = item.string(key);
        if (given != null) {
            return given;
        }
        return item.has(key) ? WRONG_TYPE : "";
    }

    private static @Nullable HostPattern host(ConfigNode item, String hostname) {
        try {
            return HostPattern.of(hostname);
        } catch (IllegalArgumentException e) {
            item.problem("hostname", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable Pattern path(ConfigNode item, String path, int index) {
        try {
            return path.isEmpty() ? null : PathExpression.compile(path);
        } catch (IllegalArgumentException e) {
            item.problem("path", "Rule #" + (index + 1) + " has an invalid regex: " + e.getMessage());
            return null;
        }
    }

    private static Target target(ConfigNode item, String service, StreamOptions options) {
        if (service.equals(WRONG_TYPE)) {
            return new Target.FixedStatus(503);
        }
        if (service.isEmpty()) {
            item.problem(
                    "service",
                    "\"\" is an invalid address, please make sure it has a scheme and a hostname: every rule needs a service");
            return new Target.FixedStatus(503);
        }
        try {
            return ServiceTarget.parse(service, options);
        } catch (IllegalArgumentException e) {
            item.problem("service", String.valueOf(e.getMessage()));
            return new Target.FixedStatus(503);
        }
    }

    /** Looks at what is written: a host name that can't be used is a filter all the same. */
    private static void checkPlace(ConfigNode item, IngressRule rule, boolean last) {
        String hostname = rule.hostname();
        boolean matchesAll =
                (hostname.isEmpty() || hostname.equals("*")) && rule.path().isEmpty();
        if (last && !matchesAll) {
            item.problem("The last ingress rule must match all URLs: it must have neither a hostname nor a path");
        }
        if (!last && matchesAll) {
            item.problem("Rule #" + (rule.route().index() + 1) + " is matching the hostname \"" + hostname
                    + "\" without a path, so no request gets past it; such a rule must be the last");
        }
    }

    private WarpRouting warpRouting() {
        ConfigNode section = node.map("warp-routing");
        WarpRouting defaults = WarpRouting.DEFAULT;
        if (section == null) {
            return defaults;
        }
        if (mode == Mode.LOCAL) {
            section.rejectUnknown(WARP_KEYS);
        }
        if (section.has("enabled")) {
            warnings.add("warp-routing.enabled has no meaning any more, ignored");
        }
        TimeLimits limits = new TimeLimits(section, warnings);
        Integer maxActiveFlows = section.integer("maxActiveFlows", 0, Integer.MAX_VALUE);
        return new WarpRouting(
                limits.limit("connectTimeout", defaults.connectTimeout()),
                maxActiveFlows == null ? defaults.maxActiveFlows() : maxActiveFlows,
                limits.tcpKeepAlive(defaults.tcpKeepAlive()),
                section.has("ipRules") ? new IpRules(OriginRequestReader.ipRules(section, mode)) : null);
    }
}
