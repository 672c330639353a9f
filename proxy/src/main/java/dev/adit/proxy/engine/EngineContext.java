package dev.adit.proxy.engine;

import dev.adit.proxy.access.AccessGate;
import java.time.Duration;

/**
 * What the engines of all event loops share.
 *
 * @param flows counts the streams that belong to no rule
 * @param access checks the tokens of rules that want one
 * @param halfOpenIdle how long a stream of bytes goes on without any after one side has ended
 * @param pingEvery time between pings to an eyeball that sends bytes in WebSocket messages
 */
public record EngineContext(Flows flows, AccessGate access, Duration halfOpenIdle, Duration pingEvery) {
    /** With 30 s of half-open idleness, and pings every 54 s as cloudflared. */
    public EngineContext(Flows flows, AccessGate access) {
        this(flows, access, Duration.ofSeconds(30), Duration.ofSeconds(54));
    }
}
