package dev.adit.connector.ingress;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.HostName;
import dev.adit.proxy.route.OriginOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
            "disableChunkedEncoding");
    /** What cloudflared knows and this version does not do. */
    private static final List<String> LATER = List.of(
            "access",
            "bastionMode",
            "http2Origin",
            "ipRules",
            "matchSNItoHost",
            "noHappyEyeballs",
            "proxyAddress",
            "proxyPort",
            "proxyType");

    private static final String NOT_SUPPORTED = "is not supported by this version";

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
    static OriginOptions read(
            @Nullable ConfigNode node, OriginOptions inherited, IngressReader.Mode mode, List<String> warnings) {
        return node == null ? inherited : new OriginRequestReader(node, mode, warnings).options(inherited);
    }

    private OriginOptions options(OriginOptions inherited) {
        if (mode == IngressReader.Mode.LOCAL) {
            Set<String> known = new TreeSet<>(KEYS);
            known.addAll(LATER);
            node.rejectUnknown(known);
            LATER.stream().filter(node::has).forEach(key -> node.problem(key, NOT_SUPPORTED));
        } else {
            refuseWhatMustNotBeIgnored();
            LATER.stream()
                    .filter(this::saysSomething)
                    .forEach(key -> warnings.add(node.path() + '.' + key + ' ' + NOT_SUPPORTED + ", ignored"));
        }
        checkAccess();
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
                or(node.bool("disableChunkedEncoding"), inherited.disableChunkedEncoding()));
    }

    /** A pushed setting that protects something is never ignored. */
    private void refuseWhatMustNotBeIgnored() {
        node.map("access");
        if (or(node.bool("bastionMode"), false)) {
            node.problem("bastionMode", NOT_SUPPORTED);
        }
        if (!or(node.string("proxyType"), "").isEmpty()) {
            node.problem("proxyType", NOT_SUPPORTED);
        }
    }

    private void checkAccess() {
        ConfigNode access = node.child("access");
        if (access == null || !or(access.bool("required"), false)) {
            return;
        }
        if (mode == IngressReader.Mode.REMOTE) {
            access.problem("required", NOT_SUPPORTED);
        }
        if (!access.strings("audTag").isEmpty()
                && or(access.string("teamName"), "").isEmpty()) {
            access.problem("teamName", "access.TeamName cannot be blank when access.audTags are present");
        }
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
