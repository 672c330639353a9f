package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.app.Timings;
import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.tunnel.TunnelTimes;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Edges that fall silent, hang or come and go, against a connector that is less patient than usual. */
@Timeout(120)
final class LivenessIT {
    /** An answer may take long enough for a busy machine. */
    private static final Timings TIMINGS = new Timings(
            TunnelTimes.DEFAULT
                    .withControlStream(Duration.ofSeconds(3))
                    .withRpc(Duration.ofSeconds(2))
                    .withPing(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(3)),
            new RetryTimes(Duration.ZERO, 5, Duration.ofMillis(500), Duration.ofSeconds(2), null));

    private final Path directory;
    private @Nullable Lab started;

    LivenessIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void stop() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void leavesAnIdleEdgeThatIsDeafAndMute() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.connection().goDeaf();
        tunnel.connection().goMute();

        Lab.Registered next = lab.register();
        assertThat(next.connectorId()).isEqualTo(tunnel.connectorId());
        assertThat(next.connection()
                        .get(Lab.HOST, "/plain")
                        .await(Answer::isOver)
                        .text())
                .isEqualTo("hello");
    }

    @Test
    void leavesAnEdgeWhoseAnswersAreLost() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        tunnel.connection().goMute();

        lab.register();
        tunnel.connection().awaitClosed();
    }

    @Test
    void leavesAnEdgeThatHearsNothingAlthoughItGoesOnAsking() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.connection().goDeaf();
        EdgeConnection next = null;
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (next == null && System.nanoTime() - deadline < 0) {
            tunnel.connection().get(Lab.HOST, "/plain");
            next = lab.edge().poll(Duration.ofMillis(100));
        }

        Lab.Registered.on(Objects.requireNonNull(next, "the connector stays with a deaf edge"));
    }

    @Test
    void leavesAnEdgeThatStopsReadingInTheMiddleOfLargeAnswers() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.connection().goDeaf();
        askForMegabytes(tunnel.connection());

        lab.register();
    }

    @Test
    void staysWithAnEdgeThatReadsSlowly() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.connection().readSlowly();
        List<EdgeStream> streams = askForMegabytes(tunnel.connection());

        for (EdgeStream stream : streams) {
            stream.await(Answer::isOver);
        }
        assertThat(lab.edge().poll()).isNull();
        assertThat(tunnel.connection().isOpen()).isTrue();
    }

    @Test
    void staysWithAnIdleEdgeThatAnswers() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        for (int i = 0; i < 3; i++) {
            tunnel.connection().awaitPing();
        }

        assertThat(lab.edge().poll()).isNull();
        assertThat(tunnel.connection().isOpen()).isTrue();
    }

    /** An edge that keeps to the window would else send no more than one of it in each round trip. */
    @Test
    void letsAFarEdgeSendMoreAheadOfABodyThatTheOriginTakes() throws Exception {
        Lab lab = start(1, TIMINGS);
        EdgeConnection connection = lab.edge().accept();
        connection.delayPongs(Duration.ofSeconds(1));
        Lab.Registered.on(connection);
        connection.awaitPing();
        // The first one was answered before the second is sent.
        connection.awaitPing();
        int window = connection.settings().initialWindowSize();
        EdgeStream upload = connection.open(
                List.of(
                        new Field(":method", "POST"),
                        new Field(":scheme", "https"),
                        new Field(":authority", Lab.HOST),
                        new Field(":path", "/plain"),
                        new Field("content-length", String.valueOf(window + 1))),
                false);

        for (int sent = 0; sent < window; sent += 16384) {
            connection.writeData(upload.id(), new byte[16384], false);
        }

        Waiting.until("the window has grown", () -> connection.credit(upload.id()) > window);
        connection.writeData(upload.id(), new byte[1], true);
        assertThat(upload.await(Answer::isOver).text()).isEqualTo("hello");
        assertThat(connection.credit(0)).isGreaterThanOrEqualTo((16 << 20) - 65_535);
    }

    @Test
    void leavesAnEdgeThatOpensNoControlStream() throws Exception {
        Lab lab = start(1, TIMINGS);
        EdgeConnection hanging = lab.edge().accept();

        hanging.awaitClosed();

        lab.register();
    }

    @Test
    void leavesAnEdgeThatDoesNotAnswerTheRegistration() throws Exception {
        Lab lab = start(1, TIMINGS);
        EdgeConnection hanging = lab.edge().accept();
        ControlScript control = ControlScript.open(hanging);
        control.next();
        control.next();
        control.answer(ControlScript.BOOTSTRAP_RETURN);

        hanging.awaitClosed();

        assertThat(lab.register().request().options().numPreviousAttempts()).isEqualTo(1);
    }

    @Test
    void leavesAnEdgeWhoseRpcIsMalformedLater() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.control().send(new byte[] {-1, -1, -1, -1});

        tunnel.connection().awaitClosed();
        lab.register();
    }

    @Test
    void bringsAllConnectionsBackWhenAllAreCutAtOnce() throws Exception {
        Lab lab = start(4, TIMINGS);
        List<Lab.Registered> tunnels = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tunnels.add(lab.register());
        }

        tunnels.forEach(tunnel -> tunnel.connection().close());

        List<Integer> back = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            back.add(lab.register().request().connIndex());
        }
        assertThat(back).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void dialsTheReplacementOnceWhenTheEdgeGoesAwayAndThenCuts() throws Exception {
        Lab lab = start(1, TIMINGS);
        Lab.Registered tunnel = lab.register();

        tunnel.connection().writeGoAway(0, Http2Error.NO_ERROR);
        Lab.Registered replacement = lab.register();
        tunnel.connection().close();
        tunnel.connection().awaitClosed();

        for (int i = 0; i < 3; i++) {
            replacement.connection().awaitPing();
        }
        assertThat(lab.edge().poll()).isNull();
    }

    @Test
    void exitsWhenNothingWasRegisteredForTooLong() throws Exception {
        Timings timings = new Timings(TIMINGS.tunnel(), TIMINGS.retry().withExitAfter(Duration.ofSeconds(2)));
        Lab lab = start(1, timings);

        lab.edge().accept();

        assertEnds(lab, "no connection was registered for 2s");
    }

    private static void assertEnds(Lab lab, String expected)
            throws InterruptedException, ExecutionException, TimeoutException {
        assertThat(lab.ended().get(30, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    /** More than sockets hold: 6 MB in 60 answers. */
    private static List<EdgeStream> askForMegabytes(EdgeConnection connection) {
        List<EdgeStream> streams = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            streams.add(connection.get(Lab.HOST, "/big"));
        }
        return streams;
    }

    private Lab start(int connections, Timings timings) throws IOException {
        Lab lab = Lab.start(directory, connections, timings);
        started = lab;
        return lab;
    }
}
