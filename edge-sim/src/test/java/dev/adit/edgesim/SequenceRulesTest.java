package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a connector may say on the control stream, and in which order, as bytes that no code of ours produced: recorded
 * messages of cloudflared and edited copies of them.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SequenceRulesTest {
    private static final Transcript RECORDED = Transcript.rpc();
    private static final byte[] BOOTSTRAP = RECORDED.fromConnector(0);
    private static final byte[] REGISTER = RECORDED.fromConnector(1);
    private static final byte[] FINISH_0 = RECORDED.fromConnector(2);
    private static final byte[] FINISH_1 = RECORDED.fromConnector(3);
    private static final byte[] UNREGISTER = RECORDED.fromConnector(6);
    private static final byte[] RELEASE = RECORDED.fromConnector(8);
    private static final byte[] ABORT = RECORDED.fromConnector(9);
    private static final byte[] BOOTSTRAPPED = RECORDED.fromEdge(0);
    private static final byte[] REGISTERED = RECORDED.fromEdge(1);
    private static final byte[] EMPTY = RECORDED.fromEdge(3);

    /** Where the id of a question, an answer or a finished question is in each message: word 3. */
    private static final int ID = 8 + 3 * 8;

    private static final int RELEASES = ID + 4;
    private static final int TARGET = 8 + 9 * 8;
    private static final int TARGET_TAG = TARGET + 4;
    private static final int PROMISED_ID = 8 + 11 * 8;

    /**
     * One rule.
     *
     * @param name in the words of the specification
     * @param said what the connector says, one DATA frame after the other, or {@link #WAIT}
     * @param answers all messages of the edge
     */
    private record Rule(String name, List<byte[]> said, List<byte[]> answers) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** In the place of what the connector says: it waits for the edge's next message. */
    private static final byte[] WAIT = new byte[0];

    static Stream<Rule> registrations() {
        byte[] imported = edited(edited(REGISTER, TARGET_TAG, 0), TARGET, 0);
        byte[] reused = edited(imported, ID, 0);
        return Stream.of(
                rule("2 before 1 is answered", List.of(BOOTSTRAP, REGISTER), List.of(BOOTSTRAPPED, REGISTERED)),
                rule("both in one frame", List.of(joined(BOOTSTRAP, REGISTER)), List.of(BOOTSTRAPPED, REGISTERED)),
                rule("2 after 3", List.of(BOOTSTRAP, WAIT, REGISTER), List.of(BOOTSTRAPPED, REGISTERED)),
                rule(
                        "2 after 3 and 4, to the imported object",
                        List.of(BOOTSTRAP, WAIT, FINISH_0, imported),
                        List.of(BOOTSTRAPPED, REGISTERED)),
                rule(
                        "2 to the imported object before 4",
                        List.of(BOOTSTRAP, WAIT, imported, FINISH_0),
                        List.of(BOOTSTRAPPED, REGISTERED)),
                rule(
                        "any question ids",
                        List.of(
                                edited(BOOTSTRAP, ID, 0x77),
                                edited(edited(edited(REGISTER, ID, 0xfe), ID + 3, 0xff), PROMISED_ID, 0x77)),
                        List.of(edited(BOOTSTRAPPED, ID, 0x77), edited(edited(REGISTERED, ID, 0xfe), ID + 3, 0xff))),
                rule(
                        "an id used again",
                        List.of(BOOTSTRAP, WAIT, FINISH_0, reused),
                        List.of(BOOTSTRAPPED, edited(REGISTERED, ID, 0))),
                rule(
                        "finish before return",
                        List.of(joined(BOOTSTRAP, REGISTER, FINISH_0, FINISH_1)),
                        List.of(BOOTSTRAPPED, REGISTERED)),
                rule(
                        "finish twice and of nothing",
                        List.of(joined(edited(FINISH_0, ID, 9), BOOTSTRAP, REGISTER, FINISH_1, FINISH_1)),
                        List.of(BOOTSTRAPPED, REGISTERED)),
                rule(
                        "finish that gives capabilities back",
                        List.of(BOOTSTRAP, REGISTER, WAIT, WAIT, edited(FINISH_1, RELEASES, 0)),
                        List.of(BOOTSTRAPPED, REGISTERED)));
    }

    static Stream<Rule> goodbyes() {
        byte[] nullContent = nullContent(UNREGISTER);
        return Stream.of(
                rule("all of it", List.of(UNREGISTER, WAIT, FINISH_1, RELEASE, ABORT), List.of(EMPTY)),
                rule("in one frame", List.of(joined(UNREGISTER, FINISH_1, RELEASE, ABORT)), List.of(EMPTY)),
                rule("no abort", List.of(UNREGISTER, WAIT, FINISH_1, RELEASE), List.of(EMPTY)),
                rule("no release", List.of(UNREGISTER, WAIT, FINISH_1, ABORT), List.of(EMPTY)),
                rule("no finish, release or abort", List.of(UNREGISTER, WAIT), List.of(EMPTY)),
                rule("null content", List.of(nullContent, WAIT, FINISH_1, RELEASE, ABORT), List.of(EMPTY)),
                rule("another id", List.of(edited(UNREGISTER, ID, 5), WAIT), List.of(edited(EMPTY, ID, 5))));
    }

    private EdgeSim sim;

    @BeforeAll
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
    }

    @AfterAll
    void stop() {
        sim.close();
    }

    @ParameterizedTest
    @MethodSource("registrations")
    void registers(Rule rule) throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            play(connector, rule);

            assertThat(sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(20, TimeUnit.SECONDS))
                    .hasSize(1);
            leave(connector);
        }
    }

    @ParameterizedTest
    @MethodSource("goodbyes")
    void takesLeave(Rule rule) throws Exception {
        try (ConnectorDouble connector = registered()) {
            play(connector, rule);

            connector.endControl();
            connector.whenClosed().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void readsABootstrapThatIsCutAtAnyOffset() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            for (int cut = 1; cut < BOOTSTRAP.length; cut++) {
                byte[] numbered = edited(BOOTSTRAP, ID, cut);
                connector.sendRpc(Arrays.copyOf(numbered, cut));
                connector.sendRpc(Arrays.copyOfRange(numbered, cut, numbered.length));

                assertSame(connector.nextRpc(), edited(BOOTSTRAPPED, ID, cut));
            }
            connector.endControl();
            connector.whenClosed().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void readsARegistrationThatIsCutAtAnyOffset() throws Exception {
        byte[] again = edited(REGISTER, ID, 2);
        byte[] finish = edited(FINISH_1, ID, 2);
        try (ConnectorDouble connector = registered()) {
            for (int cut = 1; cut < again.length; cut++) {
                connector.sendRpc(Arrays.copyOf(again, cut));
                connector.sendRpc(Arrays.copyOfRange(again, cut, again.length));

                // Whoever is registered already is told so, on the same stream and as often as it likes.
                byte[] answer = connector.nextRpc();
                assertThat(answer[ID]).isEqualTo((byte) 2);
                assertThat(HexFormat.of().formatHex(answer)).contains("45445550434f4e4e");
                connector.sendRpc(finish);
            }
            leave(connector);
        }
    }

    @Test
    void readsBytesOneByOne() throws Exception {
        try (ConnectorDouble connector = ConnectorDouble.dial(sim)) {
            for (byte each : joined(BOOTSTRAP, REGISTER)) {
                connector.sendRpc(new byte[] {each});
            }

            assertSame(connector.nextRpc(), BOOTSTRAPPED);
            assertSame(connector.nextRpc(), REGISTERED);
            leave(connector);
        }
    }

    private void play(ConnectorDouble connector, Rule rule) throws InterruptedException {
        int answered = 0;
        for (byte[] message : rule.said()) {
            if (message.length == 0) {
                assertSame(connector.nextRpc(), rule.answers().get(answered++));
            } else {
                connector.sendRpc(message);
            }
        }
        while (answered < rule.answers().size()) {
            assertSame(connector.nextRpc(), rule.answers().get(answered++));
        }
    }

    private ConnectorDouble registered() throws Exception {
        ConnectorDouble connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        connector.sendRpc(FINISH_1);
        return connector;
    }

    private static void leave(ConnectorDouble connector) throws Exception {
        connector.endControl();
        connector.whenClosed().get(20, TimeUnit.SECONDS);
    }

    /** The id of a connection is random: 16 bytes at word 14. */
    private static void assertSame(byte[] answer, byte[] expected) {
        byte[] masked = answer.clone();
        byte[] wanted = expected.clone();
        if (expected.length == REGISTERED.length && answer.length == REGISTERED.length) {
            Arrays.fill(masked, 8 + 14 * 8, 8 + 16 * 8, (byte) 0);
            Arrays.fill(wanted, 8 + 14 * 8, 8 + 16 * 8, (byte) 0);
        }
        assertThat(HexFormat.of().formatHex(masked)).isEqualTo(HexFormat.of().formatHex(wanted));
    }

    private static Rule rule(String name, List<byte[]> said, List<byte[]> answers) {
        return new Rule(name, said, answers);
    }

    private static byte[] edited(byte[] message, int offset, int value) {
        byte[] copy = message.clone();
        copy[offset] = (byte) value;
        return copy;
    }

    /** The pointer to an empty struct is {@code fcffffff00000000}; null instead. */
    private static byte[] nullContent(byte[] message) {
        return Transcript.patched(message, HexFormat.of().parseHex("fcffffff00000000"), new byte[8]);
    }

    private static byte[] joined(byte[]... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            all.writeBytes(message);
        }
        return all.toByteArray();
    }
}
