package dev.adit.edgesim.fault;

import dev.adit.edgesim.link.Ending;
import dev.adit.edgesim.tunnel.Configuration;
import dev.adit.edgesim.tunnel.RegistrationFault;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSession;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what happens at once. Confined to the event loop. */
final class Strikes {
    private static final Logger log = LoggerFactory.getLogger(Strikes.class);
    // PING is type 6 and has 8 bytes of payload; here it has 7.
    private static final byte[] SHORT_PING = {0, 0, 7, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7};
    private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    // DATA is type 0 and needs a stream; here it is on stream 0.
    private static final byte[] DATA_ON_STREAM_0 = {0, 0, 1, 0, 0, 0, 0, 0, 0, 'x'};

    private final TunnelDirectory directory;
    private final Lines lines;
    private final RandomGenerator random;

    Strikes(TunnelDirectory directory, Lines lines, RandomGenerator random) {
        this.directory = directory;
        this.lines = lines;
        this.random = random;
    }

    void strike(Fault.Instant fault, Scope scope) {
        if (fault instanceof Fault.CutAll cut) {
            lines.in(scope).forEach(line -> line.link().cut(cut.ending()));
        } else if (fault instanceof Fault.CutOne cut) {
            List<Line> some = registered(scope);
            if (!some.isEmpty()) {
                pick(some).link().cut(cut.ending());
            }
        } else if (fault instanceof Fault.Goaway) {
            sessions(scope).forEach(TunnelSession::sayGoAway);
        } else if (fault instanceof Fault.CorruptFrame corrupt) {
            registered(scope).forEach(line -> corrupt(line, corrupt.what()));
        } else if (fault instanceof Fault.ConfigStorm storm) {
            directory.tunnels().stream()
                    .filter(tunnel -> !(scope instanceof Scope.OfTunnel one)
                            || one.tunnel().equals(tunnel.name()))
                    .forEach(tunnel -> storm(tunnel, storm.count(), scope));
        }
    }

    /** Cuts every connection in {@code scope} as an edge does that goes away. */
    void cutAll(Scope scope) {
        strike(new Fault.CutAll(Ending.FIN), scope);
    }

    /** The region that {@code scope} names, else one of {@code all}. */
    String region(Scope scope, List<String> all) {
        return scope instanceof Scope.OfRegion one ? one.region() : pick(all);
    }

    RegistrationFault registration(Fault.Registration fault) {
        if (fault instanceof Fault.Refuse refuse) {
            return new RegistrationFault.Refuse(refuse.cause(), refuse.shouldRetry(), refuse.retryAfter());
        }
        if (fault instanceof Fault.Unauthorized) {
            return new RegistrationFault.Refuse("Unauthorized: Invalid tunnel secret", false, Duration.ZERO);
        }
        if (fault instanceof Fault.Duplicate) {
            return new RegistrationFault.Refuse("EDUPCONN", true, Duration.ZERO);
        }
        return fault instanceof Fault.CloseEarly ? new RegistrationFault.Close() : new RegistrationFault.Hang();
    }

    /** Pushes the rules of {@code tunnel} once more, as the next version; without rules of the edge there is nothing to push. */
    void push(Tunnel tunnel) {
        Configuration rules = tunnel.configuration();
        if (rules == null) {
            log.info("nothing to push, the connector's own rules count tunnel={}", tunnel.name());
            return;
        }
        tunnel.configure(rules.config())
                .forEach(answer -> answer.exceptionally(failure -> {
                    log.info("push failed tunnel={} {}", tunnel.name(), failure.toString());
                    return "";
                }));
    }

    private void storm(Tunnel tunnel, int count, Scope scope) {
        List<TunnelSession> targets = sessions(scope).stream()
                .filter(session -> tunnel.connections().contains(session))
                .toList();
        List<Configuration> again = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            push(tunnel);
            Configuration pushed = tunnel.configuration();
            if (pushed == null) {
                return;
            }
            again.add(pushed);
        }
        while (!again.isEmpty()) {
            Configuration old = again.remove(random.nextInt(again.size()));
            targets.forEach(session -> session.pushConfiguration(old.message()).exceptionally(failure -> {
                log.info("push failed tunnel={} {}", tunnel.name(), failure.toString());
                return "";
            }));
        }
    }

    private static void corrupt(Line line, Corruption what) {
        TunnelSession session = Objects.requireNonNull(line.session(), "registered");
        byte[] bytes = switch (what) {
            case LENGTH -> SHORT_PING;
            case STREAM -> DATA_ON_STREAM_0;
            case TLS -> PING;
        };
        if (what == Corruption.TLS) {
            line.link().corruptNextWrite();
        }
        session.http2().writeRaw(Unpooled.wrappedBuffer(bytes));
    }

    private List<TunnelSession> sessions(Scope scope) {
        return registered(scope).stream()
                .map(line -> Objects.requireNonNull(line.session(), "registered"))
                .toList();
    }

    private List<Line> registered(Scope scope) {
        return lines.in(scope).stream().filter(line -> line.session() != null).toList();
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}
