package dev.adit.edgesim.tunnel;

/** How a tunnel is doing, in the words of the dashboard that people know. */
public enum TunnelStatus {
    /** Four connections or more take traffic. */
    HEALTHY,
    /** Some connections take traffic, fewer than a connector keeps. */
    DEGRADED,
    /** No connection takes traffic, though one did before. */
    DOWN,
    /** No connector ever came. */
    INACTIVE
}
