package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why exchanges failed: the first failure of a kind at a rule at once, the next ones as a count after 10 s, so that
 * an origin that is down does not fill the disk. Confined to one event loop.
 */
final class ExchangeLog {
    private static final Logger log = LoggerFactory.getLogger(ExchangeLog.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Cause(int rule, Failure.Kind kind) {}

    private static final class Seen {
        private long loggedNanos;
        private long unlogged;
    }

    private final LongSupplier nanoClock;
    private final Map<Cause, Seen> seen = new HashMap<>();

    ExchangeLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Reports that {@code head}, sent to {@code route}'s target, failed. */
    void failed(RequestHead head, Route route, Failure failure) {
        if (failure.kind().side() == Failure.Side.EYEBALL) {
            log.debug("request ended early kind={} detail={}", failure.kind(), failure.detail());
            return;
        }
        long now = nanoClock.getAsLong();
        Cause cause = new Cause(route.index(), failure.kind());
        Seen last = seen.get(cause);
        if (last != null && now - last.loggedNanos < QUIET_NANOS) {
            last.unlogged++;
            return;
        }
        log.warn(
                "Unable to reach the origin service. The service may be down or it may not be responding"
                        + " kind={} rule={} target={} method={} detail=\"{}\" unlogged={}",
                failure.kind(),
                route.index(),
                route.target(),
                head.method(),
                failure.detail(),
                last == null ? 0 : last.unlogged);
        Seen fresh = new Seen();
        fresh.loggedNanos = now;
        seen.put(cause, fresh);
    }
}
