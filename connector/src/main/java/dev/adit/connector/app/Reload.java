package dev.adit.connector.app;

import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.settings.FileWatch;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.proxy.config.InvalidConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParameterException;

/**
 * Reads the configuration again, when told so or when its file has changed, and puts its rules in force if all of it is
 * right. What a running process can't change is named.
 */
final class Reload {
    private static final Logger log = LoggerFactory.getLogger(Reload.class);

    /** A change counts when two looks in a row find the same. */
    private static final long LOOK_MILLIS = 500;

    /** What one reading gave. */
    record Loaded(GivenSettings given, ConnectorOptions options) {}

    private final Loaded running;
    private final Supplier<Loaded> again;
    private final Daemon daemon;

    /** For a {@code daemon} that was started with {@code running}; {@code again} reads the same places once more. */
    Reload(Loaded running, Supplier<Loaded> again, Daemon daemon) {
        this.running = running;
        this.again = again;
        this.daemon = daemon;
    }

    /** Looks after the file from now on, if there is one. */
    void watch() {
        FileWatch watch = running.given.watch();
        if (watch != null) {
            daemon.life()
                    .worker()
                    .scheduleWithFixedDelay(
                            () -> {
                                if (watch.hasChanged()) {
                                    reload("the file has changed");
                                }
                            },
                            LOOK_MILLIS,
                            LOOK_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Reads everything again, soon; {@code why} is for the log. What this gives says what is wrong, null if it is in force.
     * For any thread.
     */
    CompletableFuture<@Nullable String> now(String why) {
        return CompletableFuture.supplyAsync(() -> reload(why), daemon.life().worker());
    }

    private @Nullable String reload(String why) {
        AtomicReference<@Nullable String> problem = new AtomicReference<>();
        daemon.life().reloading(() -> problem.set(read(why)));
        return problem.get();
    }

    private @Nullable String read(String why) {
        try {
            return apply(again.get(), why);
        } catch (InvalidConfig e) {
            return refuse(why, String.join("; ", e.problems()));
        } catch (BadInput | ParameterException e) {
            return refuse(why, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("Configuration not reloaded reason=\"{}\"", why, e);
            return "this failed, the log says why";
        }
    }

    private static String refuse(String why, String problem) {
        log.error("Configuration not reloaded, nothing is changed: {} reason=\"{}\"", problem, why);
        return problem;
    }

    private @Nullable String apply(Loaded loaded, String why) {
        if (!Objects.equals(loaded.given.path(), running.given.path())) {
            return refuse(
                    why, "the configuration file was " + running.given.path() + " and would be " + loaded.given.path());
        }
        Ingress ingress = loaded.options.ingress() == null ? IngressReader.unavailable() : loaded.options.ingress();
        boolean inForce = daemon.replaceRules(ingress);
        log.info(
                "Configuration reloaded reason=\"{}\" file={} rules={}",
                why,
                loaded.given.path(),
                ingress.rules().size());
        if (!inForce) {
            log.info("The edge has sent rules for this tunnel, so those stay in force");
        }
        loaded.given.warnings().forEach(log::warn);
        ingress.warnings().forEach(log::warn);
        List<String> unchangeable = unchangeable(loaded);
        if (!unchangeable.isEmpty()) {
            log.warn("These settings have changed, which takes a restart: {}", String.join(", ", unchangeable));
        }
        return null;
    }

    /** The settings that differ from those that the process runs with and are no part of the rules. */
    private List<String> unchangeable(Loaded loaded) {
        List<String> names = new ArrayList<>(running.given.settings().changedIn(loaded.given.settings()));
        names.removeAll(KnownSettings.ofRules());
        if (!names.contains("token") && !running.options.token().equals(loaded.options.token())) {
            names.add("token");
        }
        return names;
    }
}
