package dev.adit.proxy.testing;

import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import java.time.Duration;
import java.util.List;

/** A client, an engine and a scripted origin in a row. */
public final class Line implements AutoCloseable {
    private final RawOrigin origin;
    private final EngineHarness engine;
    private final H2Client client;

    public Line(RawOrigin.Script script) {
        this(script, new OriginOptionsBuilder().build());
    }

    public Line(RawOrigin.Script script, OriginOptions options) {
        this(new RawOrigin(script), Http2Limits.TUNNEL, options);
    }

    /** Takes over {@code origin}. */
    public Line(RawOrigin origin, Http2Limits limits, OriginOptions options) {
        this.origin = origin;
        engine = new EngineHarness(limits, origin.target(), options);
        client = engine.client();
    }

    private Line(RawOrigin origin, HarnessParts parts) {
        this.origin = origin;
        Route route = new Route(0, null, null, origin.target(), new OriginOptionsBuilder().build());
        engine = new EngineHarness(Http2Limits.TUNNEL, RouteTable.of(List.of(route)), parts);
        client = engine.client();
    }

    /** On which half-open streams of bytes may be idle for half a second. Takes over {@code origin}. */
    public static Line withShortIdle(RawOrigin origin) {
        return new Line(origin, new HarnessParts().withHalfOpenIdle(Duration.ofMillis(500)));
    }

    /** Takes over {@code origin}. */
    public static Line to(RawOrigin origin) {
        return new Line(origin, Http2Limits.TUNNEL, new OriginOptionsBuilder().build());
    }

    public RawOrigin origin() {
        return origin;
    }

    public EngineHarness engine() {
        return engine;
    }

    public H2Client client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        engine.close();
        origin.close();
    }
}
