package dev.adit.connector.metrics;

import dev.adit.connector.metrics.TunnelMetrics.Of;
import dev.adit.connector.status.ConnectionStatus;
import dev.adit.connector.status.TunnelStatus;
import dev.adit.connector.tunnel.WireBytes;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What is known of the tunnel at a scrape.
 *
 * @param version of this program
 * @param counted what happened
 * @param wire the bytes of connections
 * @param status how things are
 * @param configVersion of the rules that the edge pushed last; -1 for none
 * @param clock of the registrations' times
 */
record TunnelFamilies(
        String version,
        TunnelMetrics counted,
        WireBytes wire,
        Supplier<TunnelStatus> status,
        IntSupplier configVersion,
        Clock clock)
        implements MultiCollector {
    private static final String INDEX = "conn_index";
    private static final String RPC = "rpcName";
    private static final String REGISTER = "registerConnection";

    @Override
    public MetricSnapshots collect() {
        Families families = new Families();
        TunnelStatus now = status.get();
        families.info(
                "build",
                "What this program is.",
                Labels.of("goversion", "java" + Runtime.version(), "type", "adit", "revision", "", "version", version));
        addRegistrations(families, now);
        addRoundTrips(families);
        addOutages(families);
        families.gauge(
                        "cloudflared_orchestration_config_version",
                        "Version of the rules that the edge pushed last, -1 without any.",
                        Families.value(configVersion.getAsInt()))
                .gauge(
                        "adit_draining",
                        "1 when the connections have been asked to end.",
                        Families.value(now.draining() ? 1 : 0))
                .gauge(
                        "adit_drain_seconds",
                        "Time since the drain began; adit_active_exchanges says what it waits for.",
                        Families.value(seconds(counted.drainTime())));
        return families.all();
    }

    private void addRegistrations(Families families, TunnelStatus now) {
        Families.Values locations = new Families.Values();
        counted.locations()
                .forEach((location, current) -> locations.with(
                        current ? 1 : 0,
                        "connection_id",
                        Integer.toString(location.connIndex()),
                        "edge_location",
                        location.name()));
        families.gauge(
                        "cloudflared_tunnel_ha_connections",
                        "Connections that are registered.",
                        Families.value(now.registered()))
                .gauge(
                        "cloudflared_tunnel_server_locations",
                        "1 where a connection leads to, 0 where it led to before.",
                        locations)
                .exactCounter(
                        "cloudflared_tunnel_tunnel_register_success",
                        "Registrations.",
                        Families.value(sum(Of.REGISTERED), RPC, REGISTER))
                .exactCounter(
                        "cloudflared_tunnel_tunnel_register_fail",
                        "Registrations that the edge refused.",
                        Families.value(sum(Of.DUPLICATE), "error", "dup_edge_conn", RPC, REGISTER)
                                .with(sum(Of.REFUSED), "error", "server_error", RPC, REGISTER));
        Families.Values phases = new Families.Values();
        Families.Values ages = new Families.Values();
        for (ConnectionStatus connection : now.connections()) {
            String index = Integer.toString(connection.index());
            for (ConnectionStatus.Phase phase : ConnectionStatus.Phase.values()) {
                phases.with(
                        connection.phase() == phase ? 1 : 0,
                        INDEX,
                        index,
                        "state",
                        phase.name().toLowerCase(Locale.ROOT));
            }
            ConnectionStatus.Registration registration = connection.registration();
            if (registration != null) {
                ages.with(seconds(Duration.between(registration.since(), clock.instant())), INDEX, index);
            }
        }
        families.gauge("adit_connection_state", "1 for the state that a connection is in.", phases)
                .gauge("adit_registration_age_seconds", "Time since a connection was registered last.", ages);
    }

    private void addRoundTrips(Families families) {
        Families.Values latest = new Families.Values();
        Families.Values least = new Families.Values();
        Families.Values smoothed = new Families.Values();
        for (int i = 0; i < counted.connections(); i++) {
            if (counted.get(i, Of.LATEST_ROUND_TRIP) > 0) {
                latest.with(nanos(i, Of.LATEST_ROUND_TRIP), INDEX, Integer.toString(i));
                least.with(nanos(i, Of.MIN_ROUND_TRIP), INDEX, Integer.toString(i));
                smoothed.with(nanos(i, Of.SMOOTHED_ROUND_TRIP), INDEX, Integer.toString(i));
            }
        }
        families.gauge("adit_edge_rtt_seconds", "Time that the last PING to the edge and back took.", latest)
                .gauge("adit_edge_rtt_min_seconds", "The least of them since the connection was registered.", least)
                .gauge("adit_edge_rtt_smoothed_seconds", "Their mean, the last ones counting most.", smoothed);
    }

    private void addOutages(Families families) {
        Families.Values reconnects = new Families.Values();
        Families.Values losses = new Families.Values();
        Families.Values bytes = new Families.Values();
        for (int i = 0; i < counted.connections(); i++) {
            reconnects.with(Math.max(0, counted.get(i, Of.REGISTERED) - 1), INDEX, Integer.toString(i));
            losses.with(counted.get(i, Of.LOST), INDEX, Integer.toString(i));
            bytes.with(wire.received(i), INDEX, Integer.toString(i), "direction", "received")
                    .with(wire.sent(i), INDEX, Integer.toString(i), "direction", "sent");
        }
        families.counter("adit_tunnel_reconnects", "Registrations after the first one of a connection.", reconnects)
                .counter("adit_tunnel_losses", "Registered connections that broke.", losses)
                .counter("adit_edge_bytes", "Bytes on the TCP connections to the edge, TLS included.", bytes)
                .histogram(
                        "adit_edge_detect_seconds",
                        "How long an edge had been silent when its connection was given up.",
                        Map.of(
                                Labels.EMPTY,
                                Distribution.total(TunnelMetrics.DETECT_TIMES, List.of(counted.detected()))))
                .histogram(
                        "adit_edge_recover_seconds",
                        "Time from the end of a registered connection to the registration of the next one.",
                        Map.of(
                                Labels.EMPTY,
                                Distribution.total(TunnelMetrics.RECOVER_TIMES, List.of(counted.recovered()))));
    }

    private long sum(Of kind) {
        long sum = 0;
        for (int i = 0; i < counted.connections(); i++) {
            sum += counted.get(i, kind);
        }
        return sum;
    }

    private double nanos(int connIndex, Of kind) {
        return seconds(Duration.ofNanos(counted.get(connIndex, kind)));
    }

    private static double seconds(Duration time) {
        return (double) time.toNanos() / TimeUnit.SECONDS.toNanos(1);
    }
}
