package dev.adit.connector.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.engine.ExchangeObserver;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TrafficEndpointsTest {
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops = transport.group(2, "test");
    private final Ingress ingress = IngressReader.local(ConfigNode.yaml("config.yml", """
            ingress:
              - hostname: a.example
                path: /api
                service: http://127.0.0.1:8080
              - hostname: a.example
                service: http://127.0.0.1:8081
              - service: http_status:404
            """));
    private final Traffic traffic = new Traffic(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final List<EventLoop> each = new ArrayList<>(List.of(loops.next(), loops.next()));
    private final List<ExchangeObserver> observers =
            each.stream().map(loop -> traffic.on(loop, ExchangeObserver.NONE)).toList();
    private final AdminServer server;

    TrafficEndpointsTest() throws IOException {
        server = AdminServer.open(
                AdminAddress.parse("127.0.0.1:0"),
                TrafficEndpoints.of(traffic, () -> ingress),
                transport,
                loops.next());
    }

    @AfterEach
    void stop() {
        assertThat(server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS)).isNotCompletedExceptionally();
        EventLoops.end(loops);
    }

    @Test
    void requestsTellsWhatIsUnderWayOnAllLoopsAndNoSecret() throws Exception {
        Seen first = seen("/api/x?token=hush&page=2", 0, null);
        begin(0, first);
        begin(1, seen("/y", 1, null));
        begin(1, seen("/flow", -1, null));

        assertThat(ask("/requests"))
                .contains("{\"running\":3,\"requests\":[", "\"path\":\"/y\"", "\"path\":\"/flow\"")
                .contains(
                        "{\"kind\":\"http\",\"method\":\"GET\",\"host\":\"a.example\",\"path\":\"/api/x?token=***&page=2\","
                                + "\"connIndex\":3,\"ingressRule\":0,\"originService\":\"http://127.0.0.1:8080\","
                                + "\"cfRay\":\"ray-1\",\"status\":200,\"ageMs\":")
                .contains("\"bytesReceived\":5,\"bytesSent\":7}")
                .doesNotContain("hush");

        end(0, first);

        assertThat(ask("/requests")).contains("{\"running\":2,").doesNotContain("/api/x");
    }

    @Test
    void hostsTellsHowTheRulesOfEachFare() throws Exception {
        begin(0, seen("/api", 0, null));
        for (int loop = 0; loop < 2; loop++) {
            Seen refused = seen("/y", 1, new Failure(Failure.Kind.REFUSED, "nobody listens"));
            begin(loop, refused);
            end(loop, refused);
            Seen left = seen("/y", 1, new Failure(Failure.Kind.CANCELED, "the eyeball left"));
            begin(loop, left);
            end(loop, left);
        }

        assertThat(ask("/hosts"))
                .isEqualTo("{\"hosts\":[{\"hostname\":\"a.example\",\"rules\":["
                        + "{\"ingressRule\":0,\"path\":\"/api\",\"originService\":\"http://127.0.0.1:8080\"},"
                        + "{\"ingressRule\":1,\"path\":\"\",\"originService\":\"http://127.0.0.1:8081\"}],"
                        + "\"running\":1,\"ended\":4,\"failed\":2,"
                        + "\"lastFailure\":\"refused\",\"lastFailureAt\":\"1970-01-01T00:00:00Z\"},"
                        + "{\"hostname\":\"*\",\"rules\":[{\"ingressRule\":2,\"path\":\"\",\"originService\":\"http_status:404\"}],"
                        + "\"running\":0,\"ended\":0,\"failed\":0}]}");
    }

    @Test
    void countsHostsBeyondManyTogether() throws Exception {
        for (int i = 0; i < LoopTraffic.MOST_HOSTS + 5; i++) {
            begin(0, new Seen("/", routeOf("h" + i + ".example"), null));
        }

        assertThat(traffic.hosts().get(10, TimeUnit.SECONDS))
                .hasSize(LoopTraffic.MOST_HOSTS + 1)
                .containsEntry(LoopTraffic.OTHER_HOSTS, new HostState(5, 0, 0, null));
        assertThat(traffic.running().get(10, TimeUnit.SECONDS))
                .satisfies(running -> assertThat(running.total()).isEqualTo(LoopTraffic.MOST_HOSTS + 5))
                .satisfies(running -> assertThat(running.oldest()).hasSize(Traffic.MOST_LISTED));
    }

    private Seen seen(String path, int rule, @Nullable Failure failure) {
        return new Seen(path, rule < 0 ? null : ingress.rules().get(rule).route(), failure);
    }

    private static Route routeOf(String host) {
        return IngressReader.local(ConfigNode.yaml("config.yml", """
                ingress:
                  - hostname: %s
                    service: http_status:200
                  - service: http_status:404
                """.formatted(host)))
                .rules()
                .get(0)
                .route();
    }

    private void begin(int loop, Seen exchange) throws Exception {
        each.get(loop).submit(() -> observers.get(loop).begun(exchange)).get(10, TimeUnit.SECONDS);
    }

    private void end(int loop, Seen exchange) throws Exception {
        each.get(loop).submit(() -> observers.get(loop).ended(exchange)).get(10, TimeUnit.SECONDS);
    }

    private String ask(String path) throws IOException {
        AdminAnswer answer = AdminClient.of(server.address()).ask("GET", path, Waiting.LIMIT);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }
}
