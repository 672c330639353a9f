package dev.adit.connector.app;

import dev.adit.connector.control.Controls;
import dev.adit.connector.logging.LogLevel;
import dev.adit.connector.logging.Logging;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells the parts of a process that serves a tunnel.
 *
 * @param daemon serves
 * @param configuration reads the configuration again
 * @param logging writes the log
 * @param gracePeriod how long a drain takes at most if nobody says
 */
record ProcessControls(Daemon daemon, Reload configuration, Logging logging, Duration gracePeriod) implements Controls {
    @Override
    public CompletionStage<@Nullable String> reload() {
        return configuration.now("asked for locally");
    }

    @Override
    public void drain(@Nullable Duration grace) {
        daemon.drain(grace == null || grace.compareTo(gracePeriod) > 0 ? gracePeriod : grace);
    }

    @Override
    public String logLevel() {
        return logging.thresholds().general().text();
    }

    @Override
    public void logLevel(String level) {
        logging.thresholds(logging.thresholds().withGeneral(LogLevel.parse("level", level)));
    }
}
