package dev.adit.connector.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;

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

    private static final List<String> TRANSPORT = List.of("io.netty", "dev.adit.proxy.h2", "dev.adit.connector.edge");

    private static final String ACCESS = "dev.adit.access";

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

    /** Has the loggers of {@code context} write from these levels on. */
    void applyTo(LoggerContext context) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(general.threshold());
        TRANSPORT.forEach(name -> context.getLogger(name).setLevel(transport.threshold()));
        context.getLogger(ACCESS).setLevel(access.threshold());
    }
}
