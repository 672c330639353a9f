package dev.adit.connector.logging;

/**
 * From which level on lines are written.
 *
 * @param general for all but the transport
 * @param transport for what is below registration: addresses and TLS of the edge, HTTP/2, Netty
 */
public record LogThresholds(LogLevel general, LogLevel transport) {
    /** cloudflared's default. */
    static final LogThresholds DEFAULT = of(LogLevel.INFO);

    /** {@code general} for all, except that the transport tells no details unless it is asked to. */
    public static LogThresholds of(LogLevel general) {
        return new LogThresholds(general, general.reaches(LogLevel.INFO) ? general : LogLevel.INFO);
    }

    /** Whether the logger called {@code name} is one of the transport's. */
    static boolean isTransport(String name) {
        return name.startsWith("io.netty.")
                || name.startsWith("dev.adit.proxy.h2.")
                || name.startsWith("dev.adit.connector.edge.");
    }
}
