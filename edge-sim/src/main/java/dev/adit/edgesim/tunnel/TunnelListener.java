package dev.adit.edgesim.tunnel;

/** Hears that something about a tunnel is different: its routes, its configuration, its connections, or that it is gone. */
@FunctionalInterface
public interface TunnelListener {
    /** Look at {@code tunnel} again. On the event loop. */
    void changed(Tunnel tunnel);
}
