package dev.adit.connector.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CallTarget;
import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.ResultPayload;
import dev.adit.connector.wire.ReturnOutcome;
import dev.adit.connector.wire.RpcMessage;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ControlStreamTest {
    private static final byte[] ANSWERS = RecordedSession.bytes("bootstrapReturn", "registeredReturn");
    private static final byte[] FINISHED = RecordedSession.bytes("finishBootstrap", "finishRegister");
    /** A message of a kind that connectors don't know: Resolve, with nothing in it. */
    private static final byte[] RESOLVE =
            HexFormat.of().parseHex("0000000003000000" + "0000000001000100" + "0500000000000000" + "0000000000000000");

    private final FakeStream stream = new FakeStream();
    private final HeardEvents heard = new HeardEvents();
    private final ControlStream control =
            new ControlStream(stream, RecordedSession.request(), Duration.ofSeconds(5), heard);

    @Test
    void asksInTheSameBreathAsItOpens() {
        assertThat(stream.events()).containsExactly("head 200");
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("bootstrap", "register"));
    }

    @Test
    void saysInOneSessionWhatWasRecorded() {
        stream.takeWritten();

        receive(RecordedSession.bytes("bootstrapReturn"));
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("finishBootstrap"));
        receive(RecordedSession.bytes("registeredReturn"));
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("finishRegister"));
        control.updateLocalConfiguration(RecordedSession.localConfiguration());
        assertThat(stream.takeWritten()).startsWith(RecordedSession.bytes("updateLocalConfigurationStart"));
        receive(RecordedSession.bytes("updateReturn"));
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("finishUpdate"));
        control.unregister();
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("unregister"));
        receive(RecordedSession.bytes("unregisterReturn"));
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("finishUnregister"));
        control.end();
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("release", "abort"));

        assertThat(heard.events()).containsExactly("registered SIM01", "unregistered");
        assertThat(stream.events()).containsExactly("head 200", "end", "finished");
    }

    static IntStream offsets() {
        return IntStream.rangeClosed(0, ANSWERS.length);
    }

    @ParameterizedTest
    @MethodSource("offsets")
    void readsAnswersThatAreCutAnywhere(int offset) {
        stream.takeWritten();

        receive(Arrays.copyOf(ANSWERS, offset));
        receive(Arrays.copyOfRange(ANSWERS, offset, ANSWERS.length));

        assertThat(stream.takeWritten()).isEqualTo(FINISHED);
        assertThat(heard.events()).containsExactly("registered SIM01");
        assertThat(stream.consumed()).isEqualTo(ANSWERS.length);
    }

    @Test
    void readsAnswersByteByByte() {
        stream.takeWritten();

        for (byte each : ANSWERS) {
            receive(new byte[] {each});
        }

        assertThat(stream.takeWritten()).isEqualTo(FINISHED);
        assertThat(heard.events()).containsExactly("registered SIM01");
    }

    @Test
    void takesTheRegistrationBeforeTheObject() {
        stream.takeWritten();

        receive(RecordedSession.bytes("registeredReturn", "bootstrapReturn"));

        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("finishRegister", "finishBootstrap"));
        assertThat(heard.events()).containsExactly("registered SIM01");
    }

    @Test
    void tellsARefusal() {
        RegistrationOutcome refused = new RegistrationOutcome.Refused("EDUPCONN", true, Duration.ofSeconds(7));
        answer(1, new ReturnOutcome.Results(ResultPayload.ofRegistration(refused)));

        assertThat(heard.events()).containsExactly("refused EDUPCONN true PT7S");
    }

    @Test
    void tellsAnExceptionAndGivesItsCapabilitiesBack() {
        stream.takeWritten();

        answer(1, new ReturnOutcome.Failed("no room", ReturnOutcome.Failed.Type.OVERLOADED));

        assertThat(heard.events()).containsExactly("refused registerConnection: no room false PT0S");
        assertThat(RecordedSession.messages(stream.takeWritten())).containsExactly(new RpcMessage.Finish(1, true));
    }

    @Test
    void sendsNoFinishAfterACancellation() {
        stream.takeWritten();

        answer(1, new ReturnOutcome.Canceled());

        assertThat(heard.events()).containsExactly("refused registerConnection: call canceled false PT0S");
        assertThat(stream.takeWritten()).isEmpty();
    }

    @Test
    void givesUpAfterFiveSeconds() {
        receive(RecordedSession.bytes("bootstrapReturn"));
        stream.takeWritten();

        stream.pass(Duration.ofMillis(4_999));
        assertThat(heard.events()).isEmpty();
        stream.pass(Duration.ofMillis(1));

        assertThat(RecordedSession.messages(stream.takeWritten())).containsExactly(new RpcMessage.Finish(1, true));
        assertThat(heard.events()).containsExactly("refused registerConnection: deadline exceeded true PT0S");
        control.end();
        assertThat(stream.takeWritten()).isEqualTo(RecordedSession.bytes("release", "abort"));
        receive(RecordedSession.bytes("registeredReturn"));
        assertThat(heard.events()).hasSize(1);
        assertThat(stream.takeWritten()).isEmpty();
    }

    @Test
    void doesNotGiveUpOnceRegistered() {
        receive(ANSWERS);

        stream.pass(Duration.ofSeconds(60));

        assertThat(heard.events()).containsExactly("registered SIM01");
    }

    @Test
    void exportsNothing() {
        stream.takeWritten();

        receive(RecordedSession.encode(new RpcMessage.Bootstrap(9)));
        receive(RecordedSession.encode(
                new RpcMessage.Call(10, new CallTarget.ImportedCap(3), new CallParams.UnregisterConnection())));

        ReturnOutcome.Failed.Type failed = ReturnOutcome.Failed.Type.FAILED;
        assertThat(RecordedSession.messages(stream.takeWritten()))
                .containsExactly(
                        new RpcMessage.Return(9, new ReturnOutcome.Failed("rpc: no bootstrap interface", failed)),
                        new RpcMessage.Return(
                                10, new ReturnOutcome.Failed("rpc: the connector exports nothing", failed)));
    }

    @Test
    void sendsBackWhatItDoesNotKnow() {
        stream.takeWritten();

        receive(RESOLVE);

        assertThat(RecordedSession.messages(stream.takeWritten()))
                .singleElement()
                .isInstanceOfSatisfying(
                        RpcMessage.Unimplemented.class,
                        echo -> assertThat(echo.discriminant()).isEqualTo(5));
    }

    @Test
    void takesAnAbortAsARefusalThatMayPass() {
        receive(RecordedSession.encode(new RpcMessage.Abort("going down")));

        assertThat(heard.events()).containsExactly("refused the edge ended the RPC: going down true PT0S");
    }

    @Test
    void takesBytesThatAreNoMessageAsARefusal() {
        receive(HexFormat.of().parseHex("ffffffff"));
        receive(RecordedSession.bytes("registeredReturn"));

        assertThat(heard.events()).singleElement().asString().startsWith("refused malformed RPC: ");
    }

    @Test
    void tellsWhenTheEdgeTakesTheStreamAwayButNotWhenWeEndIt() {
        control.end();
        control.aborted();
        assertThat(heard.events()).isEmpty();

        new ControlStream(new FakeStream(), RecordedSession.request(), Duration.ofSeconds(5), heard).aborted();
        assertThat(heard.events()).containsExactly("lost");
    }

    @Test
    void ignoresTheEdgesEnd() {
        control.end(null);
        receive(ANSWERS);

        assertThat(heard.events()).containsExactly("registered SIM01");
        assertThat(stream.events()).containsExactly("head 200");
    }

    private void receive(byte[] bytes) {
        control.body(Unpooled.copiedBuffer(bytes));
    }

    private void answer(int question, ReturnOutcome outcome) {
        receive(RecordedSession.encode(new RpcMessage.Return(question, outcome)));
    }
}
