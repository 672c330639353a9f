package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the edge does with a request whose connection is lost under it. */
@Timeout(60)
class ResendTest {
    private static final int CONNECTIONS = 4;
    private static final String HOST = "Host: www.example.com\r\n";

    private final BlockingQueue<PublicRequest> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final List<ConnectorDouble> connectors = new ArrayList<>();
    private EdgeSim sim;
    private RawClient eyeball;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN))
                        .withRequestLog(log::add));
        for (int i = 0; i < CONNECTIONS; i++) {
            int index = i;
            ConnectorDouble connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, index);
            connectors.add(connector);
            connector.serve(stream -> arrivals.add(new Arrival(index, stream)));
        }
        sim.awaitServing("golden", CONNECTIONS, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        eyeball = new RawClient(sim.ports().http());
    }

    @AfterEach
    void stop() throws Exception {
        eyeball.close();
        connectors.forEach(ConnectorDouble::close);
        sim.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void sendsAnIdempotentRequestAgainOnAnotherConnection(String method) throws Exception {
        eyeball.send(method + " /a?b HTTP/1.1\r\n" + HOST + "X-A: b\r\nContent-Length: 0\r\n\r\n");
        Arrival first = next();

        lose(first);
        Arrival second = next();
        second.stream.answer(200, new DefaultHttpHeaders().set("X-From", "second"), "");

        assertThat(eyeball.readHead()).startsWith("HTTP/1.1 200 ").contains("X-From: second");
        assertThat(second.connection).isNotEqualTo(first.connection);
        assertThat(second.stream.headers()).isEqualTo(first.stream.headers());
        assertThat(second.stream.bodyless()).isTrue();
        assertThat(logged()).satisfies(request -> {
            assertThat(request.status()).isEqualTo(200);
            assertThat(request.way()).isEqualTo("golden/" + second.connection);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "BREW"})
    void sendsNoOtherRequestAgain(String method) throws Exception {
        eyeball.send(method + " / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");

        lose(next());

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 502 ").contains("broke off before");
        assertThat(arrivals).isEmpty();
    }

    @Test
    void sendsABodyThatHadNotBegunOverTheSecondConnection() throws Exception {
        eyeball.send("PUT /up HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\n");

        lose(next());
        Arrival second = next();
        eyeball.send("hello");

        assertThat(second.stream.body().get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        second.stream.answer("thanks");
        assertThat(eyeball.readUntil("thanks")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void endsAnEmptyBodyOnTheSecondConnectionToo() throws Exception {
        eyeball.send("PUT /up HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        Arrival first = next();
        assertThat(first.stream.body().get(10, TimeUnit.SECONDS)).isEmpty();

        lose(first);

        assertThat(next().stream.body().get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void sendsNoRequestAgainWhoseBodyHasBegun() throws Exception {
        eyeball.send("PUT /up HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhello");
        Arrival first = next();
        assertThat(first.stream.nextChunk()).isEqualTo("hello");

        lose(first);

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 502 ");
        assertThat(arrivals).isEmpty();
    }

    @Test
    void givesUpAfterTheThirdConnection() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Arrival arrival = next();
            used.add(arrival.connection);
            lose(arrival);
        }

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 502 ");
        assertThat(used).doesNotHaveDuplicates();
        assertThat(arrivals).isEmpty();
    }

    @Test
    void sendsNothingAgainAfterTheHead() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        Arrival first = next();
        first.stream.head(200, new DefaultHttpHeaders(), false);
        eyeball.readHead();

        lose(first);

        assertThat(eyeball.readAll()).isEmpty();
        assertThat(arrivals).isEmpty();
    }

    @Test
    void sendsNothingAgainThatTheConnectorReset() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");

        next().stream.rst(8);

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 502 ");
        assertThat(arrivals).isEmpty();
    }

    @Test
    void sendsEvenAPostAgainThatTheConnectorRefusedUnseen() throws Exception {
        eyeball.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");

        next().stream.rst(7);
        next().stream.answer("taken");

        assertThat(eyeball.readUntil("taken")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void sendsEvenAPostAgainThatTheConnectorsGoAwayLeftOut() throws Exception {
        eyeball.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        Arrival first = next();

        connectors.get(first.connection).sayGoAway(1);
        Arrival second = next();
        second.stream.answer("taken");

        assertThat(eyeball.readUntil("taken")).startsWith("HTTP/1.1 200 ");
        assertThat(second.connection).isNotEqualTo(first.connection);
    }

    @Test
    void usesNoConnectionWhoseConnectorSaidGoAway() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        Arrival first = next();
        connectors.get(first.connection).sayGoAway(first.stream.id());
        first.stream.answer("last one");
        eyeball.readUntil("last one");

        for (int i = 0; i < 20; i++) {
            eyeball.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            Arrival arrival = next();
            assertThat(arrival.connection).isNotEqualTo(first.connection);
            arrival.stream.answer("another");
            eyeball.readUntil("another");
        }
    }

    private Arrival next() throws InterruptedException {
        Arrival arrival = arrivals.poll(10, TimeUnit.SECONDS);
        assertThat(arrival).as("a request").isNotNull();
        return arrival;
    }

    private PublicRequest logged() throws InterruptedException {
        PublicRequest request = log.poll(10, TimeUnit.SECONDS);
        assertThat(request).as("a line in the log").isNotNull();
        return request;
    }

    private void lose(Arrival arrival) {
        sim.sessions("golden").stream()
                .filter(session -> session.connIndex() == arrival.connection)
                .forEach(TunnelSession::closeTcp);
    }

    /** A request that came out of one connection. */
    private record Arrival(int connection, ConnectorDouble.DoubleStream stream) {}
}
