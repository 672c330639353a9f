package dev.adit.connector.ingress;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.HostName;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.OriginOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one {@code originRequest}: each key that it gives replaces what is inherited. */
final class OriginRequestReader {
    private static final Set<String> KEYS = Set.of(
            "connectTimeout",
            "tlsTimeout",
            "responseTimeout",
            "tcpKeepAlive",
            "keepAliveConnections",
            "keepAliveTimeout",
            "httpHostHeader",
            "originServerName",
            "caPool",
            "noTLSVerify",
            "disableChunkedEncoding",
            "matchSNItoHost",
            "noHappyEyeballs",
            "http2Origin",
            "connectRetry",
            "maxConnections",
            "bodyIdleTimeout",
            "maxResponseHeaderBytes",
            "realClientAddress",
            "access",
            "bastionMode",
            "proxyType",
            "proxyAddress",
            "proxyPort",
            "ipRules");

    private static final Set<String> IP_RULE_KEYS = Set.of("prefix", "ports", "allow");

    /** A bundle of all public authorities has about 0.3 MB. */
    private static final long MOST_CA_BYTES = 4 * 1024 * 1024;

    private final ConfigNode node;
    private final IngressReader.Mode mode;
    private final List<String> warnings;

    private OriginRequestReader(ConfigNode node, IngressReader.Mode mode, List<String> warnings) {
        this.node = node;
        this.mode = mode;
        this.warnings = warnings;
    }

    /**
     * The options of a rule.
     *
     * @param node the {@code originRequest}, null if there is none
     * @param inherited what applies where it is silent
     * @param warnings takes what is ignored
     */
    static OriginRequest read(
            @Nullable ConfigNode node, OriginRequest inherited, IngressReader.Mode mode, List<String> warnings) {
        return node == null ? inherited : new OriginRequestReader(node, mode, warnings).read(inherited);
    }

    private OriginRequest read(OriginRequest inherited) {
        if (mode == IngressReader.Mode.LOCAL) {
            node.rejectUnknown(KEYS);
        }
        node.string("proxyAddress");
        node.integer("proxyPort", 0, 65_535);
        for (String key : List.of("proxyAddress", "proxyPort")) {
            if (saysSomething(key)) {
                warnings.add(node.path() + '.' + key + " has no meaning any more, ignored");
            }
        }
        return new OriginRequest(
                options(inherited.options()),
                streams(inherited.streams()),
                AccessReader.read(node, inherited.access(), mode));
    }

    private OriginOptions options(OriginOptions inherited) {
        TimeLimits limits = new TimeLimits(node, warnings);
        return new OriginOptions(
                limits.limit("connectTimeout", inherited.connectTimeout()),
                limits.limit("tlsTimeout", inherited.tlsTimeout()),
                limits.optionalLimit("responseTimeout", inherited.responseTimeout()),
                limits.tcpKeepAlive(inherited.tcpKeepAlive()),
                or(node.integer("keepAliveConnections", 0, Integer.MAX_VALUE), inherited.keepAliveConnections()),
                limits.limit("keepAliveTimeout", inherited.keepAliveTimeout()),
                hostHeader(inherited.httpHostHeader()),
                serverName(inherited.originServerName()),
                caPool(inherited.caPool()),
                or(node.bool("noTLSVerify"), inherited.noTlsVerify()),
                or(node.bool("disableChunkedEncoding"), inherited.disableChunkedEncoding()),
                or(node.bool("matchSNItoHost"), inherited.matchSniToHost()),
                or(node.bool("noHappyEyeballs"), inherited.noHappyEyeballs()),
                or(node.bool("http2Origin"), inherited.http2Origin()),
                limits.optionalLimit("connectRetry", inherited.connectRetry()),
                or(node.integer("maxConnections", 0, Integer.MAX_VALUE), inherited.maxConnections()),
                limits.optionalLimit("bodyIdleTimeout", inherited.bodyIdleTimeout()),
                or(node.integer("maxResponseHeaderBytes", 1024, 16 << 20), inherited.maxResponseHeaderBytes()),
                or(node.bool("realClientAddress"), inherited.realClientAddress()));
    }

    private StreamOptions streams(StreamOptions inherited) {
        String proxyType = node.string("proxyType");
        if (proxyType != null && !proxyType.isEmpty() && !proxyType.equals("socks")) {
            node.problem("proxyType", "must be empty or socks");
        }
        return new StreamOptions(
                or(node.bool("bastionMode"), inherited.bastionMode()),
                proxyType == null ? inherited.socks() : proxyType.equals("socks"),
                node.has("ipRules") ? ipRules(node, mode) : inherited.ipRules());
    }

    /** The {@code ipRules} of {@code node}. */
    static List<IpRules.Rule> ipRules(ConfigNode node, IngressReader.Mode mode) {
        List<IpRules.Rule> rules = new ArrayList<>();
        for (ConfigNode item : node.list("ipRules")) {
            if (!item.isMap()) {
                item.problem("a rule must be a map");
                continue;
            }
            if (mode == IngressReader.Mode.LOCAL) {
                item.rejectUnknown(IP_RULE_KEYS);
            }
            try {
                rules.add(IpRules.Rule.of(or(item.string("prefix"), ""), ports(item), or(item.bool("allow"), false)));
            } catch (IllegalArgumentException e) {
                item.problem("prefix", String.valueOf(e.getMessage()));
            }
        }
        return rules;
    }

    private static Set<Integer> ports(ConfigNode rule) {
        Set<Integer> ports = new HashSet<>();
        for (ConfigNode item : rule.list("ports")) {
            Integer port = item.integer(1, 65_535);
            if (port != null) {
                ports.add(port);
            }
        }
        return ports;
    }

    /** Dashboards also send the settings that are off; they need no warning. */
    private boolean saysSomething(String key) {
        ConfigNode value = node.child(key);
        return value != null && !value.isBlank();
    }

    /** Empty takes an inherited value back. */
    private @Nullable String hostHeader(@Nullable String inherited) {
        String given = node.string("httpHostHeader");
        if (given == null) {
            return inherited;
        }
        if (!given.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            node.problem("httpHostHeader", "must be visible ASCII without spaces");
        }
        return given.isEmpty() ? null : given;
    }

    private @Nullable String serverName(@Nullable String inherited) {
        String given = node.string("originServerName");
        if (given == null) {
            return inherited;
        }
        try {
            return given.isEmpty() ? null : HostName.ascii(given);
        } catch (IllegalArgumentException e) {
            node.problem("originServerName", String.valueOf(e.getMessage()));
            return inherited;
        }
    }

    private @Nullable Path caPool(@Nullable Path inherited) {
        String given = node.string("caPool");
        if (given == null) {
            return inherited;
        }
        if (given.isEmpty()) {
            return null;
        }
        try {
            Path file = Path.of(given);
            String wrong = complaint(file);
            if (wrong != null) {
                node.problem("caPool", wrong);
            }
            return file;
        } catch (InvalidPathException e) {
            node.problem("caPool", "is not the name of a file");
            return inherited;
        }
    }

    /** What is wrong with a file of authorities, or null. */
    private static @Nullable String complaint(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_CA_BYTES) {
                return file + " is not a readable file of at most " + MOST_CA_BYTES + " bytes";
            }
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
                return file + " has no certificate in PEM form";
            }
            try (InputStream content = Files.newInputStream(file)) {
                CertificateFactory.getInstance("X.509").generateCertificates(content);
            }
            return null;
        } catch (IOException e) {
            return file + " can't be read";
        } catch (CertificateException e) {
            return file + " has a certificate that can't be read";
        }
    }

    private static int or(@Nullable Integer given, int inherited) {
        return given == null ? inherited : given;
    }

    private static boolean or(@Nullable Boolean given, boolean inherited) {
        return given == null ? inherited : given;
    }

    private static String or(@Nullable String given, String inherited) {
        return given == null ? inherited : given;
    }
}
