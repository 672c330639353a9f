package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the simulator offers to the tests of others. */
@Timeout(60)
class LibraryTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private EdgeSim sim;
    private ConnectorDouble connector;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("ci=ci.example.test").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 3);
        sim.awaitServing("ci", 1, LIMIT).get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        connector.close();
        sim.close();
    }

    @Test
    void itsClientFindsEveryHostName() throws Exception {
        connector.serve(stream -> stream.answer(stream.header(":authority") + " got " + stream.header(":path")));

        HttpResponse<String> routed = get("http://ci.example.test/a?b");
        HttpResponse<String> unrouted = get("http://elsewhere.example.test/");

        assertThat(routed.body()).isEqualTo("ci.example.test got /a?b");
        assertThat(unrouted.statusCode()).isEqualTo(404);
        assertThat(connector.nextRequest().header("proxy-connection")).isNull();
    }

    @Test
    void tellsOfEachRequestWhatTheConnectorGotAndAnswered() throws Exception {
        connector.serve(stream -> stream.answer(201, new DefaultHttpHeaders().set("X-Origin", "yes"), "hello"));

        get("http://ci.example.test/a?b");
        PublicRequest request = sim.takeRequest(LIMIT);

        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.host()).isEqualTo("ci.example.test");
        assertThat(request.status()).isEqualTo(201);
        assertThat(request.bytes()).isEqualTo(5);
        assertThat(request.way()).isEqualTo("ci/3");
        assertThat(request.requestHeaders().first(":path")).isEqualTo("/a?b");
        assertThat(request.requestHeaders().first("CF-Connecting-IP")).isEqualTo("127.0.0.1");
        assertThat(request.requestHeaders().values("no-such-field")).isEmpty();
        assertThat(request.responseHeaders().first("x-origin")).isEqualTo("yes");
        assertThat(sim.lastRequests()).containsExactly(request);
        assertThat(sim.droppedRequests()).isZero();
    }

    @Test
    void tellsOfRequestsThatNoConnectorGot() throws Exception {
        get("http://elsewhere.example.test/");
        PublicRequest request = sim.takeRequest(LIMIT);

        assertThat(request.status()).isEqualTo(404);
        assertThat(request.way()).isEqualTo("-");
        assertThat(request.requestHeaders().all()).isEmpty();
        assertThat(request.responseHeaders().all()).isEmpty();
    }

    private HttpResponse<String> get(String url) throws Exception {
        return sim.client()
                .send(
                        HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
