package dev.adit.connector.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.RpcMessage;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an edge may say on the control stream, and in which order, as bytes that no code of ours produced: recorded messages,
 * edited copies of them, and messages written by hand, one 64-bit word in each piece.
 */
final class SequenceRulesTest {
    private static final String BOOTSTRAPPED = hex("bootstrapReturn");
    private static final String REGISTERED = hex("registeredReturn");
    private static final String EMPTY = hex("updateReturn");
    private static final String FINISH_0 = hex("finishBootstrap");
    private static final String FINISH_1 = hex("finishRegister");
    private static final String FINISH_1_RELEASING = edited(FINISH_1, 36, "00");
    private static final String NOTHING = "0000000000000000";
    private static final String ROOT = "0000000001000100";
    private static final String RETURN = ROOT + "0300000000000000" + "0000000002000100";

    /** Return(1, exception "no room", overloaded). */
    private static final String EXCEPTION = "0000000009000000" + RETURN + "0100000001000100" + NOTHING + ROOT
            + "0000000001000000" + "0100000042000000" + "6e6f20726f6f6d00";

    private static final String CANCELED = "0000000006000000" + RETURN + "0100000001000200" + NOTHING + NOTHING;
    private static final String SENT_ELSEWHERE = "0000000006000000" + RETURN + "0100000001000300" + NOTHING + NOTHING;
    private static final String NULL_PAYLOAD = "0000000006000000" + RETURN + "0100000001000000" + NOTHING + NOTHING;
    private static final String NULL_CONTENT =
            "0000000008000000" + RETURN + "0100000001000000" + NOTHING + "0000000000000200" + NOTHING + NOTHING;

    /** Resolve(promise 0, cap senderHosted 7). */
    private static final String RESOLVE =
            "0000000007000000" + ROOT + "0500000000000000" + ROOT + NOTHING + ROOT + "0100000007000000" + NOTHING;

    /** Unimplemented(Call). */
    private static final String UNIMPLEMENTED =
            "0000000005000000" + ROOT + NOTHING + ROOT + "0200000000000000" + NOTHING;

    /** The registration's answer as the second of two segments; the first one has a far pointer to it. */
    private static final String TWO_SEGMENTS =
            "0100000001000000" + "1200000000000000" + "0200000001000000" + REGISTERED.substring(16);

    /**
     * One rule.
     *
     * @param name in the words of the specification
     * @param said what the edge says once it was asked to register, in hex
     * @param heard what comes of it
     * @param answered what the connector says, in hex; {@code ...} at its end leaves the rest open
     */
    private record Rule(String name, String said, List<String> heard, String answered) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Rule> rules() {
        String registered = "registered SIM01";
        String finished = FINISH_0 + FINISH_1;
        return Stream.of(
                rule("answers in the order of the questions", BOOTSTRAPPED + REGISTERED, registered, finished),
                rule("3 comes after 5's work", REGISTERED + BOOTSTRAPPED, registered, FINISH_1 + FINISH_0),
                rule("3 never comes", REGISTERED, registered, FINISH_1),
                rule(
                        "parameters' capabilities are given back by 3 and 5",
                        edited(BOOTSTRAPPED, 36, "00") + edited(REGISTERED, 36, "00"),
                        registered,
                        finished),
                rule("senderPromise in 3", edited(BOOTSTRAPPED, 80, "02") + REGISTERED, registered, finished),
                rule("no capability in 3", edited(BOOTSTRAPPED, 80, "00") + REGISTERED, registered, finished),
                rule("an exception for 3", edited(EXCEPTION, 32, "00") + REGISTERED, registered, "..."),
                rule("the same answer twice", REGISTERED + REGISTERED, registered, FINISH_1),
                rule("an answer to nothing", edited(REGISTERED, 32, "09") + REGISTERED, registered, FINISH_1),
                rule("unimplemented for a call", UNIMPLEMENTED + REGISTERED, registered, FINISH_1),
                rule("two segments and a far pointer", TWO_SEGMENTS, registered, FINISH_1),
                rule("an exception", EXCEPTION, "refused registerConnection: no room false PT0S", FINISH_1_RELEASING),
                rule("canceled", CANCELED, "refused registerConnection: call canceled false PT0S", ""),
                rule(
                        "results sent elsewhere",
                        SENT_ELSEWHERE,
                        "refused registerConnection: answer of unsupported kind 3 false PT0S",
                        "..."),
                rule("null payload", NULL_PAYLOAD, "refused  false PT0S", FINISH_1),
                rule("null content", NULL_CONTENT, "refused  false PT0S", FINISH_1),
                rule("empty struct", EMPTY, "refused  false PT0S", FINISH_1),
                rule(
                        "a result of another kind",
                        edited(REGISTERED, 80, "02"),
                        "refused the edge sent a registration result of unknown kind 2 false PT0S",
                        FINISH_1),
                rule(
                        "an id of 15 bytes",
                        edited(REGISTERED, 108, "7a"),
                        "refused the edge sent a connection id of 15 bytes instead of 16 false PT0S",
                        FINISH_1),
                rule(
                        "no id",
                        edited(REGISTERED, 104, NOTHING),
                        "refused the edge sent a connection id of 0 bytes instead of 16 false PT0S",
                        FINISH_1),
                rule("abort", hex("abort") + REGISTERED, "refused the edge ended the RPC: rpc: shutdown true PT0S", ""),
                rule("a pointer out of the message", edited(REGISTERED, 24, "fcffff7f"), "refused malformed RPC:", ""),
                rule("a million segments", "ffff0f00", "refused malformed RPC:", ""));
    }

    private final FakeStream stream = new FakeStream();
    private final HeardEvents heard = new HeardEvents();
    private final ControlStream control =
            new ControlStream(stream, RecordedSession.request(), Duration.ofSeconds(5), heard);

    @ParameterizedTest
    @MethodSource("rules")
    void readsWhatComesInOnePiece(Rule rule) {
        stream.takeWritten();

        receive(rule.said());

        assertKept(rule);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void readsWhatComesByteByByte(Rule rule) {
        stream.takeWritten();

        for (byte each : HexFormat.of().parseHex(rule.said())) {
            control.body(Unpooled.wrappedBuffer(new byte[] {each}));
        }

        assertKept(rule);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void readsWhatIsCutAtAnyOffset(Rule rule) {
        byte[] bytes = HexFormat.of().parseHex(rule.said());
        for (int cut = 1; cut < bytes.length; cut++) {
            SequenceRulesTest other = new SequenceRulesTest();
            other.stream.takeWritten();

            other.control.body(Unpooled.copiedBuffer(Arrays.copyOf(bytes, cut)));
            other.control.body(Unpooled.copiedBuffer(Arrays.copyOfRange(bytes, cut, bytes.length)));

            other.assertKept(rule);
        }
    }

    @Test
    void usesTheIdThatBecameFreeLast() {
        receive(BOOTSTRAPPED + REGISTERED);
        stream.takeWritten();

        control.unregister();

        assertThat(written()).isEqualTo(hex("unregister"));
    }

    @Test
    void callsTheObjectThatWasPromisedAndSendsItsResolutionBack() {
        receive(edited(BOOTSTRAPPED, 80, "02") + edited(REGISTERED, 36, "00"));
        stream.takeWritten();

        receive(RESOLVE);
        assertThat(RecordedSession.messages(stream.takeWritten()))
                .singleElement()
                .isInstanceOfSatisfying(
                        RpcMessage.Unimplemented.class,
                        echo -> assertThat(echo.discriminant()).isEqualTo(5));
        control.unregister();

        assertThat(written()).isEqualTo(hex("unregister"));
    }

    @Test
    void callsThePromisedAnswerWhileTheObjectIsNotKnown() {
        receive(REGISTERED);
        stream.takeWritten();

        control.unregister();

        // Target: tag 1, promised answer of question 0, as in the recorded registration.
        assertThat(written()).contains(hex("register").substring(160, 208));
    }

    static Stream<String> emptyAnswers() {
        return Stream.of(EMPTY, edited(EMPTY, 36, "00"), NULL_CONTENT, NULL_PAYLOAD, EXCEPTION, CANCELED);
    }

    @ParameterizedTest
    @MethodSource("emptyAnswers")
    void takesAnyAnswerToACallWithoutResults(String answer) {
        receive(BOOTSTRAPPED + REGISTERED);
        control.updateLocalConfiguration("{}");
        receive(answer);
        assertThat(heard.events()).containsExactly("registered SIM01");
        if (answer.equals(CANCELED)) {
            return;
        }
        stream.takeWritten();

        control.unregister();
        receive(answer);

        assertThat(written()).startsWith(hex("unregister"));
        assertThat(heard.events()).containsExactly("registered SIM01", "unregistered");
    }

    @Test
    void finishesBeforeTheAnswerWhenItGivesUpAndIgnoresTheAnswerThen() {
        receive(BOOTSTRAPPED);
        stream.takeWritten();

        stream.pass(Duration.ofSeconds(5));
        assertThat(written()).isEqualTo(FINISH_1_RELEASING);
        receive(REGISTERED);

        assertThat(heard.events()).containsExactly("refused registerConnection: deadline exceeded true PT0S");
        assertThat(written()).isEmpty();
    }

    @Test
    void losesTheConnectionWhenTheRpcIsMalformedLater() {
        receive(BOOTSTRAPPED + REGISTERED);

        receive("ffffffff");

        assertThat(heard.events()).hasSize(2).last().asString().startsWith("refused malformed RPC: ");
    }

    @Test
    void losesTheConnectionWhenTheRpcIsAbortedLater() {
        receive(BOOTSTRAPPED + REGISTERED + hex("abort"));

        assertThat(heard.events()).last().isEqualTo("refused the edge ended the RPC: rpc: shutdown true PT0S");
    }

    @Test
    void takesAnAbortForAnAnswerWhenItLeaves() {
        receive(BOOTSTRAPPED + REGISTERED);
        control.unregister();

        receive(hex("abort"));

        assertThat(heard.events()).containsExactly("registered SIM01", "unregistered");
    }

    @Test
    void ignoresWhatComesAfterTheEnd() {
        control.end();
        stream.takeWritten();

        receive(BOOTSTRAPPED + REGISTERED + RESOLVE + hex("abort"));

        assertThat(heard.events()).isEmpty();
        assertThat(written()).isEmpty();
        assertThat(stream.consumed()).isPositive();
    }

    private void assertKept(Rule rule) {
        assertThat(heard.events()).hasSameSizeAs(rule.heard());
        for (int i = 0; i < heard.events().size(); i++) {
            assertThat(heard.events().get(i)).startsWith(rule.heard().get(i));
        }
        String answered = written();
        if (rule.answered().endsWith("...")) {
            assertThat(answered).isNotEmpty();
        } else {
            assertThat(answered).isEqualTo(rule.answered());
        }
    }

    private void receive(String hex) {
        control.body(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }

    private String written() {
        return HexFormat.of().formatHex(stream.takeWritten());
    }

    private static Rule rule(String name, String said, String heard, String answered) {
        return new Rule(name, said, List.of(heard), answered);
    }

    private static String hex(String name) {
        return HexFormat.of().formatHex(RecordedSession.bytes(name));
    }

    /** A copy of {@code message} with other bytes from {@code offset} on. */
    private static String edited(String message, int offset, String bytes) {
        return message.substring(0, 2 * offset) + bytes + message.substring(2 * offset + bytes.length());
    }
}
