package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.fault.Corruption;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultEvent;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.fault.Scope;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connector sees of each fault, and that the connections beside it see nothing. */
@Timeout(60)
class FaultTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TunnelToken TOKEN = ConnectorDouble.GOLDEN_TOKEN;
    private static final Scope GOLDEN = new Scope.OfTunnel("golden");
    private static final Scope FIRST = new Scope.OfConnection("golden", 0);

    private EdgeSim sim;
    private ConnectorDouble first;
    private ConnectorDouble other;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                TunnelSpec.parse("golden=www.example.com").withToken(TOKEN),
                TunnelSpec.parse("managed=ci.example.com@http://127.0.0.1:8080")));
        first = ConnectorDouble.registered(sim, TOKEN, 0);
        other = ConnectorDouble.registered(sim, managed(), 0);
        sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS);
        sim.awaitServing("managed", 1, LIMIT).get(10, TimeUnit.SECONDS);
        other.nextConfiguration();
        other.serve(stream -> stream.answer("well"));
    }

    // The other tunnel lives after every fault that was not for it.
    @AfterEach
    void stop() throws Exception {
        try {
            if (!other.whenClosed().isDone()) {
                try (RawClient eyeball = new RawClient(sim.ports().http())) {
                    eyeball.send("GET / HTTP/1.1\r\nHost: ci.example.com\r\n\r\n");
                    assertThat(eyeball.readUntil("well")).startsWith("HTTP/1.1 200 ");
                }
            }
        } finally {
            first.close();
            other.close();
            sim.close();
        }
    }

    @Test
    void cutsOneOfTheConnectionsInScope() throws Exception {
        try (ConnectorDouble second = ConnectorDouble.registered(sim, TOKEN, 1)) {
            sim.awaitServing("golden", 2, LIMIT).get(10, TimeUnit.SECONDS);

            sim.inject(FaultOrder.of(new Fault.CutOne(Ending.FIN)).in(GOLDEN));

            CompletableFuture.anyOf(first.whenClosed(), second.whenClosed()).get(10, TimeUnit.SECONDS);
            ConnectorDouble left = first.whenClosed().isDone() ? second : first;
            left.serve(stream -> stream.answer("still here"));
            assertThat(get("still here")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void cutsWithARst() throws Exception {
        sim.inject(FaultOrder.of(new Fault.CutAll(Ending.RST)).in(GOLDEN));

        assertThat(first.takeFailure()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        assertThat(other.whenClosed()).isNotDone();
    }

    @Test
    void cutsConnectionsThatAreNotRegistered() throws Exception {
        try (ConnectorDouble unknown = ConnectorDouble.dial(sim)) {
            sim.inject(new Fault.CutAll(Ending.FIN));

            unknown.whenClosed().get(10, TimeUnit.SECONDS);
            first.whenClosed().get(10, TimeUnit.SECONDS);
            other.whenClosed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysGoAway() throws Exception {
        sim.inject(FaultOrder.of(new Fault.Goaway()).in(FIRST));

        assertThat(first.whenGoAway().get(10, TimeUnit.SECONDS)).isZero();
        assertThat(other.whenGoAway()).isNotDone();
    }

    @Test
    void refusesRegistrationsOfItsTunnelOnly() throws Exception {
        sim.inject(FaultOrder.of(new Fault.Unauthorized()).in(GOLDEN));

        try (ConnectorDouble fine = ConnectorDouble.dial(sim);
                ConnectorDouble refused = ConnectorDouble.dial(sim);
                ConnectorDouble again = ConnectorDouble.dial(sim)) {
            assertThat(registration(fine, managed(), 1)).doesNotContain("Unauthorized");
            assertThat(registration(refused, TOKEN, 1)).contains("Unauthorized: ");
            assertThat(registration(again, TOKEN, 1)).doesNotContain("Unauthorized");
        }
        assertThat(ended()).containsExactly("unauthorized");
    }

    @Test
    void refusesAllRegistrationsWhileItLasts() throws Exception {
        FaultEvent event =
                sim.inject(FaultOrder.of(new Fault.Duplicate()).in(GOLDEN).lasting(Duration.ofHours(1)));

        for (int i = 1; i < 3; i++) {
            try (ConnectorDouble refused = ConnectorDouble.dial(sim)) {
                assertThat(registration(refused, TOKEN, i)).contains("EDUPCONN");
            }
        }
        assertThat(sim.heal(event.sequence())).isTrue();
        try (ConnectorDouble fine = ConnectorDouble.dial(sim)) {
            assertThat(registration(fine, TOKEN, 1)).doesNotContain("EDUPCONN");
        }
    }

    @Test
    void closesInsteadOfAnsweringARegistration() throws Exception {
        sim.inject(new Fault.CloseEarly());

        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            connector.register(TOKEN, 1, ConnectorDouble.CLIENT);

            connector.whenClosed().get(10, TimeUnit.SECONDS);
            assertThat(sim.sessions("golden")).hasSize(1);
        }
    }

    @Test
    void resetsAStreamAfterSoManyBytesOfTheAnswer() throws Exception {
        sim.inject(FaultOrder.of(new Fault.ResetStream(StreamSide.RESPONSE, 10, Http2Error.INTERNAL_ERROR))
                .in(GOLDEN));
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n")) {
            ConnectorDouble.DoubleStream stream = first.nextRequest();
            stream.head(200, new DefaultHttpHeaders().set("Content-Length", 30), false);
            stream.data("0123456", false);
            stream.data("789abcdef", false);

            assertThat(stream.whenReset().get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.INTERNAL_ERROR.code());
            assertThat(eyeball.readAll()).endsWith("\r\n\r\n0123456789");
        }
        first.serve(next -> next.answer("whole"));
        assertThat(get("whole")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void resetsAStreamAfterSoManyBytesOfTheRequest() throws Exception {
        sim.inject(FaultOrder.of(new Fault.ResetStream(StreamSide.REQUEST, 10, Http2Error.CANCEL))
                .in(FIRST));
        try (RawClient eyeball = eyeball("POST / HTTP/1.1\r\nContent-Length: 30\r\n")) {
            eyeball.send("0123456789abcdefghij");
            ConnectorDouble.DoubleStream stream = first.nextRequest();

            assertThat(stream.whenReset().get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.CANCEL.code());
            assertThat(stream.receivedBytes()).isEqualTo(10);
        }
    }

    @Test
    void readsNothingUntilHealed() throws Exception {
        sim.inject(FaultOrder.of(new Fault.StallReads()).in(FIRST));
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n")) {
            first.nextRequest().answer("at last");
            assertThat(isSilent(eyeball)).isTrue();

            sim.heal();

            assertThat(eyeball.readUntil("at last")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void announcesTinyWindowsToItsConnectionsAndTakesThemBack() throws Exception {
        assertThat(first.nextWindow()).isEqualTo(1 << 20);
        sim.inject(FaultOrder.of(new Fault.TinyWindows(64)).in(GOLDEN));
        assertThat(first.nextWindow()).isEqualTo(64);
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n");
                ConnectorDouble late = ConnectorDouble.registered(sim, TOKEN, 1)) {
            ConnectorDouble.DoubleStream stream = first.nextRequest();
            stream.head(200, new DefaultHttpHeaders().set("Content-Length", 1_000), false);
            stream.pump(1_000);

            assertThat(eyeball.readUntil("\0".repeat(1_000))).startsWith("HTTP/1.1 200 ");
            assertThat(late.nextWindow()).isEqualTo(1 << 20);
            assertThat(late.nextWindow()).isEqualTo(64);
        }
        sim.heal();
        assertThat(first.nextWindow()).isEqualTo(1 << 20);
        assertThat(other.nextWindow()).isEqualTo(1 << 20);
    }

    @Test
    void swallowsAllThatGoesToTheConnectorUntilHealed() throws Exception {
        sim.inject(FaultOrder.of(new Fault.BlackHole(Flow.OUT)).in(GOLDEN));
        first.serve(stream -> stream.answer("at last"));
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n")) {
            assertThat(isSilent(eyeball)).isTrue();
            assertThat(first.hasRequest()).isFalse();

            sim.heal();

            assertThat(eyeball.readUntil("at last")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void swallowsAllThatComesFromTheConnectorUntilItsTimeIsUp() throws Exception {
        sim.inject(FaultOrder.of(new Fault.BlackHole(Flow.IN)).in(FIRST).lasting(Duration.ofMillis(500)));
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n")) {
            first.nextRequest().answer("at last");

            assertThat(eyeball.readUntil("at last")).startsWith("HTTP/1.1 200 ");
            assertThat(ended()).containsExactly("black-hole");
        }
    }

    @Test
    void acceptsNewConnectionsInABlackHoleButSaysNothing() throws Exception {
        sim.inject(new Fault.BlackHole(Flow.BOTH));
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), sim.ports().tunnel())) {
            socket.getOutputStream().write(ClientHello.withUnknownKeyShare("h2.cftunnel.com"));
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            sim.heal();

            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read())
                    .as("a TLS handshake record")
                    .isEqualTo(22);
        }
    }

    @Test
    void carriesSmallFramesUntilALargeOneIsOnItsWay() throws Exception {
        sim.inject(FaultOrder.of(new Fault.LargePackets(Flow.OUT, 1_000)).in(GOLDEN));
        first.serve(stream -> stream.answer("answer to " + stream.header("x-number")));
        assertThat(get("answer to 1", "X-Number: 1\r\n")).startsWith("HTTP/1.1 200 ");

        try (RawClient large = eyeball("GET / HTTP/1.1\r\nX-Number: 2\r\nX-Long: " + "~".repeat(2_000) + "\r\n");
                RawClient small = eyeball("GET / HTTP/1.1\r\nX-Number: 3\r\n")) {
            assertThat(isSilent(large)).isTrue();

            sim.heal();

            large.readUntil("answer to 2");
            small.readUntil("answer to 3");
        }
    }

    @Test
    void slowsDownOneConnection() throws Exception {
        sim.inject(
                FaultOrder.of(new Fault.SlowLink(Flow.BOTH, Duration.ofMillis(150), Duration.ofMillis(10), 1_000_000))
                        .in(FIRST));
        first.serve(stream -> stream.answer("in time"));
        long start = System.nanoTime();

        get("in time");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void sendsAPingOfTheWrongLength() throws Exception {
        sim.inject(FaultOrder.of(new Fault.CorruptFrame(Corruption.LENGTH)).in(GOLDEN));

        assertThat(http2Error(first.takeFailure())).isEqualTo(Http2Error.FRAME_SIZE_ERROR);
    }

    @Test
    void sendsDataOnStreamZero() throws Exception {
        sim.inject(FaultOrder.of(new Fault.CorruptFrame(Corruption.STREAM)).in(GOLDEN));

        assertThat(http2Error(first.takeFailure())).isEqualTo(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void spoilsATlsRecord() throws Exception {
        sim.inject(FaultOrder.of(new Fault.CorruptFrame(Corruption.TLS)).in(FIRST));

        assertThat(first.takeFailure()).isInstanceOf(DecoderException.class).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void showsAnExpiredCertificateToThoseItHasCut() throws Exception {
        sim.inject(new Fault.ExpiredCertificate());
        first.whenClosed().get(10, TimeUnit.SECONDS);
        other.whenClosed().get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> TlsClient.to(sim.ports().tunnel(), sim.ca(), "h2.cftunnel.com"))
                .isInstanceOf(SSLException.class)
                .hasRootCauseInstanceOf(CertificateExpiredException.class);
        sim.heal();
        try (ConnectorDouble again = ConnectorDouble.dial(sim)) {
            assertThat(registration(again, TOKEN, 0)).doesNotContain("Unauthorized");
        }
    }

    @Test
    void showsACertificateThatIsNotValidYet() throws Exception {
        sim.inject(FaultOrder.of(new Fault.SkewedCertificate()).lasting(Duration.ofHours(1)));
        first.whenClosed().get(10, TimeUnit.SECONDS);
        other.whenClosed().get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> TlsClient.to(sim.ports().tunnel(), sim.ca(), "h2.cftunnel.com"))
                .isInstanceOf(SSLException.class)
                .hasRootCauseInstanceOf(CertificateNotYetValidException.class);
    }

    @Test
    void pushesTheConfigurationDuringAnUpload() throws Exception {
        sim.inject(FaultOrder.of(new Fault.ConfigMidUpload(5)).in(new Scope.OfTunnel("managed")));
        other.serve(stream -> {});
        try (RawClient eyeball = new RawClient(sim.ports().http())) {
            eyeball.send("POST / HTTP/1.1\r\nHost: ci.example.com\r\nContent-Length: 10\r\n\r\n0123456");
            ConnectorDouble.DoubleStream stream = other.nextRequest();

            assertThat(other.nextConfiguration()).startsWith("{\"version\":2,\"config\":{\"ingress\":[");
            assertThat(stream.body()).isNotDone();
            eyeball.send("789");
            assertThat(stream.body().get(10, TimeUnit.SECONDS)).isEqualTo("0123456789");
            stream.answer("done");
            eyeball.readUntil("done");
        }
        other.serve(stream -> stream.answer("well"));
    }

    @Test
    void pushesManyVersionsAndThenTheSameOnesInAnyOrder() throws Exception {
        sim.inject(FaultOrder.of(new Fault.ConfigStorm(8)).in(new Scope.OfTunnel("managed")));

        List<Integer> rising = new ArrayList<>();
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rising.add(version(other.nextConfiguration()));
        }
        for (int i = 0; i < 8; i++) {
            again.add(version(other.nextConfiguration()));
        }
        assertThat(rising).containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(again).containsExactlyInAnyOrderElementsOf(rising);
    }

    @Test
    void stopsAtOnceThoughAConnectionIsInABlackHole() {
        sim.inject(new Fault.BlackHole(Flow.BOTH));

        sim.close();

        assertThat(first.whenClosed()).succeedsWithin(LIMIT);
        assertThat(other.whenClosed()).succeedsWithin(LIMIT);
    }

    private TunnelToken managed() {
        return TunnelToken.parse(sim.token("managed"));
    }

    private RawClient eyeball(String start) throws IOException {
        RawClient eyeball = new RawClient(sim.ports().http());
        eyeball.send(start + "Host: www.example.com\r\n\r\n");
        return eyeball;
    }

    private String get(String until) throws IOException {
        return get(until, "");
    }

    private String get(String until, String headers) throws IOException {
        try (RawClient eyeball = eyeball("GET / HTTP/1.1\r\n" + headers)) {
            return eyeball.readUntil(until);
        }
    }

    // Something goes to and fro on the connection beside it: time enough for a byte that should not be there.
    private boolean isSilent(RawClient eyeball) throws IOException {
        try (RawClient beside = new RawClient(sim.ports().http())) {
            beside.send("GET / HTTP/1.1\r\nHost: ci.example.com\r\n\r\n");
            beside.readUntil("well");
        }
        return !eyeball.hasBytes();
    }

    private static String registration(ConnectorDouble connector, TunnelToken token, int connIndex) throws Exception {
        connector.register(token, connIndex, ConnectorDouble.CLIENT);
        connector.nextRpc();
        return new String(connector.nextRpc(), StandardCharsets.ISO_8859_1);
    }

    private List<String> ended() {
        return sim.faults().stream()
                .filter(event -> event.phase() == FaultEvent.Phase.ENDED)
                .map(FaultEvent::fault)
                .toList();
    }

    private static int version(@Nullable String push) {
        String text = Objects.requireNonNull(push, "no push in time");
        return Integer.parseInt(text.substring("{\"version\":".length(), text.indexOf(',')));
    }

    private static Http2Error http2Error(Throwable failure) {
        Throwable cause = failure instanceof DecoderException ? failure.getCause() : failure;
        return cause instanceof Http2Exception wrong ? wrong.error() : Http2Error.NO_ERROR;
    }
}
