package dev.adit.connector.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.status.ConnectionBoard;
import dev.adit.connector.supervise.Announcements;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Refused;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ConnectorMetricsTest {
    private static final EdgeAddress EDGE = new EdgeAddress("edge.example", 7844);
    private static final String TEXT = "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private final ConnectorMetrics metrics = new ConnectorMetrics(2);
    private final ConnectionBoard board = new ConnectionBoard(2, Clock.systemUTC());
    private final TunnelEvents events = new Announcements(List.of(board, metrics.tunnel()));
    private final LoopMetrics loop = metrics.addLoop();
    private final Endpoint endpoint = metrics.endpoint("1.2.3", board::status, () -> 7, ForkJoinPool.commonPool());

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void tellsAtOnceWhatCanBeTold() throws Exception {
        assertThat(scrape())
                .contains("# TYPE build_info gauge\n")
                .contains("build_info{goversion=\"java" + Runtime.version()
                        + "\",revision=\"\",type=\"adit\",version=\"1.2.3\"} 1\n")
                .contains("# TYPE cloudflared_tunnel_total_requests counter\ncloudflared_tunnel_total_requests 0.0\n")
                .contains("\ncloudflared_tunnel_concurrent_requests_per_tunnel 0.0\n")
                .contains("\ncloudflared_tunnel_request_errors 0.0\n")
                .contains("\ncloudflared_tunnel_ha_connections 0.0\n")
                .contains("\ncloudflared_orchestration_config_version 7.0\n")
                .contains("\ncloudflared_tunnel_tunnel_register_success{rpcName=\"registerConnection\"} 0.0\n")
                .contains(
                        "\ncloudflared_tunnel_tunnel_register_fail{error=\"dup_edge_conn\",rpcName=\"registerConnection\"} 0.0\n")
                .contains("\ncloudflared_proxy_connect_latency_bucket{le=\"5000.0\"} 0\n")
                .contains("\nadit_connection_state{conn_index=\"1\",state=\"waiting\"} 1.0\n")
                .contains("\nprocess_resident_memory_bytes ")
                .contains("\nprocess_cpu_seconds_total ")
                .contains("\njvm_memory_used_bytes{")
                .contains("\njvm_threads_live_threads ")
                .contains("\njvm_classes_loaded_classes ")
                .contains("\nnetty_allocator_memory_used{");
    }

    @Test
    void countsRegistrationsAndRefusals() throws Exception {
        register(0, "ams01");
        register(1, "fra01");
        events.ended(1, refused("EDUPCONN"));
        events.ended(1, refused("Unauthorized: no"));
        events.ended(1, refused("no"));

        assertThat(scrape())
                .contains("\ncloudflared_tunnel_ha_connections 1.0\n")
                .contains("\ncloudflared_tunnel_tunnel_register_success{rpcName=\"registerConnection\"} 2.0\n")
                .contains("{error=\"dup_edge_conn\",rpcName=\"registerConnection\"} 1.0\n")
                .contains("{error=\"server_error\",rpcName=\"registerConnection\"} 2.0\n")
                .containsPattern("\nadit_registration_age_seconds\\{conn_index=\"0\"\\} [0-9]");
    }

    @Test
    void tellsWhereConnectionsLeadAndLed() throws Exception {
        register(0, "ams01");
        register(0, "fra01");

        assertThat(scrape())
                .contains("\ncloudflared_tunnel_server_locations{connection_id=\"0\",edge_location=\"ams01\"} 0.0\n")
                .contains("\ncloudflared_tunnel_server_locations{connection_id=\"0\",edge_location=\"fra01\"} 1.0\n");
    }

    @Test
    void forgetsTheOldestOfManyLocations() throws Exception {
        for (int i = 0; i < 40; i++) {
            register(0, "place" + i);
        }

        String text = scrape();

        assertThat(text.lines().filter(line -> line.startsWith("cloudflared_tunnel_server_locations{")))
                .hasSize(16);
        assertThat(text).contains("edge_location=\"place39\"} 1.0\n").contains("edge_location=\"place24\"} 0.0\n");
    }

    @Test
    void measuresHowLongSilenceWentUnnoticedAndAnOutageLasted() throws Exception {
        register(0, "ams01");
        events.ended(0, new TunnelEnd.Silent(true, "silent", Duration.ofMillis(6500)));
        register(0, "ams01");

        assertThat(scrape())
                .contains("\nadit_edge_detect_seconds_bucket{le=\"5.0\"} 0\n")
                .contains("\nadit_edge_detect_seconds_bucket{le=\"7.5\"} 1\n")
                .contains("\nadit_edge_detect_seconds_sum 6.5\n")
                .contains("\nadit_edge_recover_seconds_count 1\n")
                .contains("\nadit_tunnel_losses_total{conn_index=\"0\"} 1.0\n")
                .contains("\nadit_tunnel_reconnects_total{conn_index=\"0\"} 1.0\n")
                .contains("\nadit_tunnel_reconnects_total{conn_index=\"1\"} 0.0\n");
    }

    @Test
    void measuresRoundTripsUntilTheNextRegistration() throws Exception {
        register(0, "ams01");
        events.roundTrip(0, Duration.ofMillis(20));
        events.roundTrip(0, Duration.ofMillis(10));
        events.roundTrip(0, Duration.ofMillis(30));

        assertThat(scrape())
                .contains("\nadit_edge_rtt_seconds{conn_index=\"0\"} 0.03\n")
                .contains("\nadit_edge_rtt_min_seconds{conn_index=\"0\"} 0.01\n")
                .containsPattern("\nadit_edge_rtt_smoothed_seconds\\{conn_index=\"0\"\\} 0\\.0[12]")
                .doesNotContain("adit_edge_rtt_seconds{conn_index=\"1\"}");
        register(0, "ams01");
        assertThat(scrape()).doesNotContain("\nadit_edge_rtt_seconds{");
    }

    @Test
    void tellsThatADrainGoesOn() throws Exception {
        register(0, "ams01");
        assertThat(scrape()).contains("\nadit_draining 0.0\n").contains("\nadit_drain_seconds 0.0\n");

        events.draining();

        assertThat(scrape())
                .contains("\nadit_draining 1.0\n")
                .doesNotContain("\nadit_drain_seconds 0.0\n")
                .contains("\ncloudflared_tunnel_ha_connections 0.0\n");
    }

    @Test
    void tellsOpenMetricsToThoseWhoAskForIt() throws Exception {
        AdminAnswer answer = Scrape.of(endpoint, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(answer.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(answer.body())
                .endsWith("# EOF\n")
                .contains("# TYPE cloudflared_tunnel_total_requests unknown\n")
                .contains("\ncloudflared_tunnel_total_requests 0.0\n")
                .contains("# TYPE adit_exchanges counter\n");
    }

    @Test
    void makesTheRegistryOnceHoweverManyAskFirst() {
        List<CompletableFuture<String>> scrapes = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::scrapeUnchecked))
                .toList();

        assertThat(scrapes)
                .allSatisfy(each ->
                        assertThat(each.orTimeout(30, TimeUnit.SECONDS).join()).contains("build_info"));
    }

    @Test
    void countsRulesBeyondTheBoundTogether() throws Exception {
        loop.ended(Ended.with(63, 200));
        loop.ended(Ended.with(64, 200));
        loop.ended(Ended.with(1000, 200));
        loop.ended(Ended.with(-1, 200));

        assertThat(scrape())
                .contains("\nadit_requests_total{outcome=\"2xx\",rule=\"63\"} 1.0\n")
                .contains("\nadit_requests_total{outcome=\"2xx\",rule=\"other\"} 2.0\n")
                .contains("\nadit_requests_total{outcome=\"2xx\",rule=\"none\"} 1.0\n")
                .contains("\ncloudflared_tunnel_response_by_code{status_code=\"200\"} 4.0\n");
    }

    private void register(int index, String location) {
        events.dialing(index, EDGE);
        events.registered(index, EDGE, new Registered(new UUID(1, 2), location, true));
    }

    private static TunnelEnd refused(String cause) {
        return new TunnelEnd.Refused(new Refused(cause, true, Duration.ZERO));
    }

    private String scrape() throws Exception {
        AdminAnswer answer = Scrape.of(endpoint, TEXT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        return answer.body();
    }

    private String scrapeUnchecked() {
        try {
            return scrape();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
