package dev.adit.edgesim.fault;

import dev.adit.edgesim.h2.Http2ClientLimits;
import dev.adit.edgesim.link.Link;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** All connections of connectors, in the order in which they came. Confined to the event loop. */
final class Lines {
    private final EdgePort edge;
    private final Map<Link, Line> byLink = new LinkedHashMap<>();

    Lines(EdgePort edge) {
        this.edge = edge;
    }

    Line add(Link link) {
        Line line = new Line(
                link,
                edge.regionOf(link.localAddress()),
                Http2ClientLimits.defaults().streamWindowBytes());
        byLink.put(link, line);
        link.channel().closeFuture().addListener(closed -> byLink.remove(link));
        return line;
    }

    /** The line of a link that was added; one that is closed already counts as alone. */
    Line of(Link link) {
        return Objects.requireNonNullElseGet(byLink.get(link), () -> add(link));
    }

    Collection<Line> all() {
        return List.copyOf(byLink.values());
    }

    List<Line> in(Scope scope) {
        return byLink.values().stream().filter(line -> line.in(scope)).toList();
    }
}
