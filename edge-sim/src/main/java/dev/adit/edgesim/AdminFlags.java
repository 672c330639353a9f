package dev.adit.edgesim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Flags of the API and the console. */
final class AdminFlags {
    @Option(
            names = "--api-port",
            paramLabel = "PORT|off",
            defaultValue = "8790",
            converter = PortOrOff.class,
            description = "Port of the API and the console (${DEFAULT-VALUE}); off for none.")
    private int port;

    @Option(
            names = "--api-host",
            paramLabel = "NAME",
            description = "A host name by which the API may be called beside localhost. Repeatable.")
    private final List<String> hosts = new ArrayList<>();

    @Option(
            names = "--api-token-file",
            paramLabel = "FILE",
            description = "Where the API token is; if the file is missing a new token is written there.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = {
                "Where tunnels, secrets, routes, the certificate authority and",
                "the API token are kept over a restart; without it, in memory only."
            })
    private @Nullable Path state;

    @Option(
            names = "--zone",
            paramLabel = "DOMAIN",
            description = "A DNS zone of the API, beside those of the tunnels' host names. Repeatable.")
    private final List<String> zones = new ArrayList<>();

    @Option(
            names = "--quick-domain",
            paramLabel = "DOMAIN",
            defaultValue = AdminOptions.QUICK_DOMAIN,
            description = "Domain of the host names of quick tunnels (${DEFAULT-VALUE}).")
    private String quickDomain = AdminOptions.QUICK_DOMAIN;

    AdminOptions options() {
        Set<String> names = new LinkedHashSet<>();
        hosts.forEach(host -> names.add(host.toLowerCase(Locale.ROOT)));
        return new AdminOptions(port, names, tokenFile, state, zones, quickDomain);
    }

    /** Reads a port, or the word {@code off}. */
    static final class PortOrOff implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (value.equals("off")) {
                return AdminOptions.OFF;
            }
            if (!value.matches("[0-9]{1,5}")) {
                throw new TypeConversionException("expected a port or off, was '" + value + "'");
            }
            return Integer.valueOf(value);
        }
    }
}
