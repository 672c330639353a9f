package dev.adit.connector.logging;

/**
 * From which level on lines are written.
 *
 * @param general for all but the others
 * @param transport for what is below registration: addresses and TLS of the edge, HTTP/2, Netty
 * @param access for the access log, which is all INFO
 */
public record LogThresholds(LogLevel general, LogLevel transport, LogLevel access) {
    /** cloudflared's default. */
    static final LogThresholds DEFAULT = of(LogLevel.INFO);

    /** What a line is about. */
    enum Topic {
        GENERAL,
        TRANSPORT,
        ACCESS;

        /** That of the logger called {@code name}. */
        static Topic of(String name) {
            if (name.equals("dev.adit.access")) {
                return ACCESS;
            }
            boolean transport = name.startsWith("io.netty.")
                    || name.startsWith("dev.adit.proxy.h2.")
                    || name.startsWith("dev.adit.connector.edge.");
            return transport ? TRANSPORT : GENERAL;
        }
    }

    /** {@code general} for all, except that the transport tells no details unless it is asked to; and no access log. */
    public static LogThresholds of(LogLevel general) {
        return new LogThresholds(general, general.reaches(LogLevel.INFO) ? general : LogLevel.INFO, LogLevel.DISABLED);
    }

    /** The same with another level for all but what has one of its own. */
    public LogThresholds withGeneral(LogLevel level) {
        boolean follows = transport == of(general).transport();
        return new LogThresholds(level, follows ? of(level).transport() : transport, access);
    }

    /** The same with another level for the transport. */
    LogThresholds withTransport(LogLevel level) {
        return new LogThresholds(general, level, access);
    }

    /** The same with the access log, or without. */
    LogThresholds withAccess(boolean wanted) {
        return new LogThresholds(general, transport, wanted ? LogLevel.INFO : LogLevel.DISABLED);
    }

    /** That of {@code topic}. */
    LogLevel of(Topic topic) {
        return switch (topic) {
            case GENERAL -> general;
            case TRANSPORT -> transport;
            case ACCESS -> access;
        };
    }
}
