package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Side;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of exchanges. A failure is one line with all that is needed to find the request again. The first of a kind at a rule
 * is told at once, the next ones as a count after 10 s, so that an origin that is down does not fill the disk; at DEBUG
 * every one. What eyeballs do, going away included, is told at
 * DEBUG, but for what they are denied. Confined to one event loop.
 */
final class ExchangeLog {
    private static final Logger log = LoggerFactory.getLogger(ExchangeLog.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Texts that people search for, as cloudflared has them. */
    private static final String UNREACHABLE =
            "Unable to reach the origin service. The service may be down or it may not be responding: ";

    private static final String ABRUPT = "Incoming request ended abruptly: ";

    private static final String FAILED = "failed to serve incoming request error=\"{}\" reason={} status={} event={}"
            + " connIndex={} ingressRule={} originService={} cfRay={} requestId={} lbProbe={} method={} host={} path={}"
            + " unlogged={}";

    private record Cause(@Nullable Integer rule, Failure.Kind kind) {}

    private static final class Seen {
        private long loggedNanos;
        private long unlogged;
    }

    private final LongSupplier nanoClock;
    private final Map<Cause, Seen> seen = new HashMap<>();

    ExchangeLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A request came. */
    void received(Incoming request) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "Incoming request method={} host={} path={} headers={} content-length={} event={} connIndex={}"
                            + " ingressRule={} originService={} cfRay={} requestId={} lbProbe={}",
                    request.head().method(),
                    request.head().authority(),
                    Redaction.queries(request.head().path()),
                    Redaction.headers(request.head().headers()),
                    request.head().contentLength(),
                    request.event(),
                    request.connIndex(),
                    request.rule(),
                    request.service(),
                    request.ray(),
                    request.id(),
                    request.probe());
        }
    }

    /** The origin began to answer. */
    void answered(Incoming request, int status) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "Origin response status={} event={} connIndex={} ingressRule={} originService={} cfRay={} requestId={}",
                    status,
                    request.event(),
                    request.connIndex(),
                    request.rule(),
                    request.service(),
                    request.ray(),
                    request.id());
        }
    }

    /** The eyeball went away before it had all of the answer. */
    void aborted(Incoming request) {
        failed(request, new Failure(Failure.Kind.CANCELED, "the eyeball or the edge canceled it"));
    }

    /** The rule wants a token that the request does not have; {@code why} shows nothing of it. */
    void denied(Incoming request, String why) {
        tell(request, new Failure(Failure.Kind.FORBIDDEN, why));
    }

    /** The request could not be served. */
    void failed(Incoming request, Failure failure) {
        if (failure.kind().side() != Side.EYEBALL) {
            tell(request, failure);
        } else if (log.isDebugEnabled()) {
            log.debug(FAILED, arguments(request, failure, null));
        }
    }

    private void tell(Incoming request, Failure failure) {
        long now = nanoClock.getAsLong();
        Cause cause = new Cause(request.rule(), failure.kind());
        Seen last = seen.get(cause);
        if (last != null && now - last.loggedNanos < QUIET_NANOS && !log.isDebugEnabled()) {
            last.unlogged++;
            return;
        }
        Long unlogged = last == null || last.unlogged == 0 ? null : Long.valueOf(last.unlogged);
        if (failure.kind().side() != Side.PROXY || failure.kind() == Failure.Kind.INTERNAL) {
            log.error(FAILED, arguments(request, failure, unlogged));
        } else {
            log.warn(FAILED, arguments(request, failure, unlogged));
        }
        Seen fresh = new Seen();
        fresh.loggedNanos = now;
        seen.put(cause, fresh);
    }

    private static @Nullable Object[] arguments(Incoming request, Failure failure, @Nullable Long unlogged) {
        return new @Nullable Object[] {
            error(failure),
            failure.kind(),
            failure.kind().status(),
            request.event(),
            request.connIndex(),
            request.rule(),
            request.service(),
            request.ray(),
            request.id(),
            request.probe(),
            request.head().method(),
            request.head().authority(),
            request.path(),
            unlogged
        };
    }

    private static String error(Failure failure) {
        if (failure.kind() == Failure.Kind.CANCELED) {
            return ABRUPT + failure.detail();
        }
        return failure.kind().side() == Side.ORIGIN ? UNREACHABLE + failure.detail() : failure.detail();
    }
}
