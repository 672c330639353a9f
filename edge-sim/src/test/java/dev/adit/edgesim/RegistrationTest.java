package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CallTarget;
import dev.adit.connector.wire.CapnpFrameDecoder;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistrationTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TunnelToken TOKEN = ConnectorDouble.GOLDEN_TOKEN;

    private static final String LOCAL_CONFIGURATION =
            "{\"ingress\":[{\"hostname\":\"www.example.com\",\"service\":\"http://127.0.0.1:18080\"}]}";

    private final Transcript transcript = Transcript.rpc();
    private EdgeSim sim;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                TunnelSpec.parse("golden=www.example.com").withToken(TOKEN),
                TunnelSpec.parse("managed=ci.example.com,b.example.com@http://127.0.0.1:8080")));
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void answersEveryMessageOfTheTranscriptWithTheSameBytes() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            connector.register(TOKEN, 0, ConnectorDouble.CLIENT);

            assertThat(hex(connector.nextRpc())).isEqualTo(hex(transcript.fromEdge(0)));
            assertThat(hex(withoutId(connector.nextRpc()))).isEqualTo(hex(withoutId(transcript.fromEdge(1))));

            connector.sendRpc(transcript.fromConnector(2));
            connector.sendRpc(transcript.fromConnector(3));
            connector.sendRpc(localConfiguration());
            assertThat(hex(connector.nextRpc())).isEqualTo(hex(transcript.fromEdge(2)));

            connector.sendRpc(transcript.fromConnector(5));
            connector.sendRpc(transcript.fromConnector(6));
            assertThat(hex(connector.nextRpc())).isEqualTo(hex(transcript.fromEdge(3)));

            connector.sendRpc(transcript.fromConnector(7));
            connector.sendRpc(transcript.fromConnector(8));
            connector.sendRpc(transcript.fromConnector(9));
            connector.endControl();
            connector.whenClosed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void knowsWhatTheConnectorSaid() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TOKEN, 3)) {
            TunnelSession session = sim.awaitServing("golden", 1, LIMIT)
                    .get(10, TimeUnit.SECONDS)
                    .get(0);

            assertThat(session.connIndex()).isEqualTo(3);
            assertThat(session.registration().options().client().id()).isEqualTo(ConnectorDouble.CLIENT);
            assertThat(session.registration().options().client().version()).isEqualTo("2026.8.2");
            assertThat(session.localConfiguration()).isNull();
            assertThat(connector.hasRpc()).isFalse();
        }
    }

    @Test
    void keepsTheLocalConfiguration() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TOKEN, 0)) {
            connector.sendRpc(transcript.fromConnector(2));
            connector.sendRpc(transcript.fromConnector(3));
            connector.sendRpc(localConfiguration());
            connector.nextRpc();

            assertThat(sim.sessions("golden").get(0).localConfiguration()).isEqualTo(LOCAL_CONFIGURATION);
        }
    }

    @Test
    void readsMessagesThatAreCutAnywhere() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            byte[] both = concat(transcript.fromConnector(0), transcript.fromConnector(1));
            for (int at = 0; at < both.length; at += 7) {
                connector.sendRpc(Arrays.copyOfRange(both, at, Math.min(at + 7, both.length)));
            }

            assertThat(hex(connector.nextRpc())).isEqualTo(hex(transcript.fromEdge(0)));
            assertThat(sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS))
                    .hasSize(1);
        }
    }

    @Test
    void refusesAWrongSecretAndClosesTheConnection() throws Exception {
        TunnelToken wrong = new TunnelToken(TOKEN.accountTag(), TOKEN.tunnelId(), TunnelSecret.of(new byte[32]), null);

        assertThat(refusalOf(wrong)).contains("Unauthorized: Invalid tunnel secret");
    }

    @Test
    void refusesAWrongAccount() throws Exception {
        TunnelToken wrong = new TunnelToken("acct0123456789abcdef0123456789xx", TOKEN.tunnelId(), TOKEN.secret(), null);

        assertThat(refusalOf(wrong)).contains("Unauthorized: Invalid tunnel secret");
    }

    @Test
    void refusesAnUnknownTunnel() throws Exception {
        TunnelToken wrong = new TunnelToken(TOKEN.accountTag(), UUID.randomUUID(), TOKEN.secret(), null);

        assertThat(refusalOf(wrong)).contains("Unauthorized: Tunnel not found");
    }

    @Test
    void refusesTheSameConnectionTwice() throws Exception {
        try (ConnectorDouble first = ConnectorDouble.registered(sim, TOKEN, 0);
                ConnectorDouble other = ConnectorDouble.registered(sim, TOKEN, 1)) {
            sim.awaitServing("golden", 2, LIMIT).get(10, TimeUnit.SECONDS);

            assertThat(refusalOf(TOKEN)).contains("EDUPCONN");
            assertThat(sim.sessions("golden")).hasSize(2);
            assertThat(first.whenClosed()).isNotDone();
            assertThat(other.whenClosed()).isNotDone();
        }
    }

    @Test
    void takesTheReplacementOfAConnectionThatItSaidGoawayTo() throws Exception {
        try (ConnectorDouble first = ConnectorDouble.registered(sim, TOKEN, 0)) {
            sim.awaitServing("golden", 1, LIMIT)
                    .get(10, TimeUnit.SECONDS)
                    .get(0)
                    .sayGoAway();
            first.whenGoAway().get(10, TimeUnit.SECONDS);

            try (ConnectorDouble second = ConnectorDouble.registered(sim, TOKEN, 0)) {
                assertThat(sim.awaitServing("golden", 2, LIMIT).get(10, TimeUnit.SECONDS))
                        .hasSize(2);
                assertThat(first.whenClosed()).isNotDone();
                assertThat(second.whenClosed()).isNotDone();
            }
        }
    }

    @Test
    void takesTheSameConnectionAgainAfterItWasClosed() throws Exception {
        ConnectorDouble first = ConnectorDouble.registered(sim, TOKEN, 0);
        TunnelSession before =
                sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS).get(0);
        before.closeTcp();
        first.whenClosed().get(10, TimeUnit.SECONDS);
        first.close();

        try (ConnectorDouble second = ConnectorDouble.registered(sim, TOKEN, 0)) {
            TunnelSession after = sim.awaitServing("golden", 1, LIMIT)
                    .get(10, TimeUnit.SECONDS)
                    .get(0);

            assertThat(after).isNotSameAs(before);
            assertThat(second.whenClosed()).isNotDone();
        }
    }

    @Test
    void refusesWithTheGivenWordsWhenToldSo() throws Exception {
        sim.inject(new Fault.Refuse("please come back later", true, Duration.ofSeconds(7)));

        byte[] answer = refusalBytes(TOKEN);

        assertThat(text(answer)).contains("please come back later");
        // 7 s in nanoseconds, then the word whose first bit says that a retry makes sense.
        assertThat(hex(answer)).contains("00863ba101000000" + "0100000000000000");
    }

    @Test
    void neverAnswersWhenToldToHang() throws Exception {
        sim.inject(new Fault.HangRpc());
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            connector.register(TOKEN, 0, ConnectorDouble.CLIENT);

            connector.nextRpc();

            assertThatThrownBy(() -> sim.awaitServing("golden", 1, Duration.ofMillis(300))
                            .get(10, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(TimeoutException.class);
            assertThat(connector.hasRpc()).isFalse();
        }
    }

    @Test
    void pushesTheConfigurationOfAManagedTunnelBeforeItServes() throws Exception {
        TunnelToken token = TunnelToken.parse(sim.token("managed"));
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, token, 0)) {
            sim.awaitServing("managed", 1, LIMIT).get(10, TimeUnit.SECONDS);

            assertThat(connector.nextConfiguration())
                    .isEqualTo("{\"version\":1,\"config\":{\"ingress\":["
                            + "{\"hostname\":\"ci.example.com\",\"service\":\"http://127.0.0.1:8080\"},"
                            + "{\"hostname\":\"b.example.com\",\"service\":\"http://127.0.0.1:8080\"},"
                            + "{\"service\":\"http_status:404\"}]}}");
        }
    }

    @Test
    void takesNoTrafficAfterUnregisteringButLetsRequestsFinish() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.registered(sim, TOKEN, 0);
                RawClient eyeball = new RawClient(sim.ports().http())) {
            sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS);
            eyeball.send("GET /slow HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
            ConnectorDouble.DoubleStream running = connector.nextRequest();
            connector.sendRpc(transcript.fromConnector(2));
            connector.sendRpc(transcript.fromConnector(3));

            connector.sendRpc(transcript.fromConnector(6));
            connector.nextRpc();
            connector.endControl();

            assertThat(sim.sessions("golden")).isEmpty();
            assertThat(connector.whenClosed()).isNotDone();
            running.answer("done at last");
            assertThat(eyeball.readUntil("done at last")).startsWith("HTTP/1.1 200 ");
            connector.whenClosed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void dropsAConnectorThatSpeaksNonsense() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            connector.sendRpc(HexFormat.of().parseHex("ffffffffffffffffffffffffffffffff"));

            connector.whenClosed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void answersUnknownMessagesAsUnimplemented() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            byte[] disembargo = transcript.fromConnector(0);
            disembargo[16] = 13;

            connector.sendRpc(disembargo);

            List<RpcMessage> answers = new ArrayList<>();
            new CapnpFrameDecoder()
                    .feed(
                            Unpooled.wrappedBuffer(connector.nextRpc()),
                            message -> answers.add(RpcCodec.decode(message)));
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            RpcMessage.Unimplemented.class,
                            echo -> assertThat(echo.discriminant()).isEqualTo(13));
        }
    }

    @Test
    void refusesTwoTunnelsWithTheSameHost() {
        assertThatThrownBy(() -> EdgeSim.start(
                        EdgeSimOptions.of(TunnelSpec.parse("a=x.example"), TunnelSpec.parse("b=X.example"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host name x.example is given twice");
    }

    // Only a part of this message is in the transcript; the codec's own tests compare that part.
    private static byte[] localConfiguration() {
        RpcMessage call = new RpcMessage.Call(
                1, new CallTarget.ImportedCap(0), new CallParams.UpdateLocalConfiguration(LOCAL_CONFIGURATION));
        ByteBuf encoded = RpcCodec.encode(call, UnpooledByteBufAllocator.DEFAULT);
        byte[] bytes = ByteBufUtil.getBytes(encoded);
        encoded.release();
        return bytes;
    }

    private String refusalOf(TunnelToken token) throws Exception {
        return text(refusalBytes(token));
    }

    private byte[] refusalBytes(TunnelToken token) throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            connector.register(token, 0, ConnectorDouble.CLIENT);
            connector.nextRpc();
            byte[] answer = connector.nextRpc();
            connector.endControl();
            connector.whenClosed().get(10, TimeUnit.SECONDS);
            return answer;
        }
    }

    // The id of a connection is random: 16 bytes at word 14.
    private static byte[] withoutId(byte[] answer) {
        byte[] masked = answer.clone();
        Arrays.fill(masked, 8 + 14 * 8, 8 + 16 * 8, (byte) 0);
        return masked;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
