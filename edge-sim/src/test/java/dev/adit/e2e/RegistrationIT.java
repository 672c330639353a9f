package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.ResultPayload;
import dev.adit.connector.wire.ReturnOutcome;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a tunnel connection, message by message, against an edge that says what it said in rpc.log. */
final class RegistrationIT {
    private static final List<Transcript.Message> RECORDED = Transcript.of("rpc.log").messages().stream()
            .filter(Transcript.Message::fromConnector)
            .toList();
    private static final byte[] BOOTSTRAP = RECORDED.get(0).bytes();
    private static final byte[] FINISH_0 = RECORDED.get(2).bytes();
    private static final byte[] FINISH_1 = RECORDED.get(3).bytes();
    private static final byte[] UNREGISTER = RECORDED.get(6).bytes();
    private static final byte[] RELEASE = RECORDED.get(8).bytes();
    private static final byte[] ABORT = RECORDED.get(9).bytes();

    /** From the root pointer to the pointer of the parameters, which depends on the length of the JSON. */
    private static final int CALL_BYTES = 64;

    private final Lab lab;

    RegistrationIT(@TempDir Path directory) throws IOException {
        lab = Lab.start(directory, 1);
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
    }

    @Test
    void announcesWindowsAndLimitsThatEdgesAreUsedTo() throws InterruptedException {
        Http2Settings settings = lab.edge().accept().settings();

        assertThat(settings.maxConcurrentStreams()).isEqualTo(4_294_967_295L);
        assertThat(settings.initialWindowSize()).isGreaterThanOrEqualTo(1 << 20);
        assertThat(settings.maxHeaderListSize()).isEqualTo(1_048_896L);
    }

    @Test
    void answersTheControlStreamAsRecordedAndRegisters() throws InterruptedException {
        ControlScript control = ControlScript.open(lab.edge().accept());
        byte[] bootstrap = control.next();
        RegistrationRequest request = ControlScript.registration(control.next());
        control.answer(ControlScript.BOOTSTRAP_RETURN);
        byte[] first = control.next();
        control.answer(ControlScript.REGISTER_RETURN);
        byte[] second = control.next();

        Answer head = control.stream().await(Answer::hasHead);
        assertThat(head.field(":status")).contains("200");
        assertThat(head.field("content-type")).contains("application/octet-stream");
        assertThat(head.head()).extracting(Field::name).noneMatch(name -> name.startsWith("cf-"));
        assertThat(bootstrap).isEqualTo(BOOTSTRAP);
        assertThat(request.auth())
                .isEqualTo(new RegistrationRequest.Auth(
                        Lab.token().accountTag(), Lab.token().secret()));
        assertThat(request.tunnelId()).isEqualTo(Lab.token().tunnelId());
        assertThat(request.connIndex()).isZero();
        assertThat(request.options().client().features()).containsExactly("allow_remote_config", "serialized_headers");
        assertThat(request.options().client().id().version()).isEqualTo(4);
        assertThat(request.options().originLocalIp()).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(request.options().numPreviousAttempts()).isZero();
        assertThat(first).isEqualTo(FINISH_0);
        assertThat(second).isEqualTo(FINISH_1);
    }

    @Test
    void tellsItsConfigurationWhenTheTunnelIsLocallyManaged() throws InterruptedException {
        ControlScript control = ControlScript.open(lab.edge().accept());
        control.next();
        control.next();
        control.answer(ControlScript.BOOTSTRAP_RETURN);
        control.answer(ControlScript.REGISTER_RETURN);
        control.next();
        control.next();
        byte[] update = control.next();
        control.answer(ControlScript.UPDATE_RETURN);

        // Up to the length of the JSON: the question id that became free last, the imported object, method 2.
        byte[] recorded = RECORDED.get(4).bytes();
        assertThat(Arrays.copyOfRange(update, 8, 8 + CALL_BYTES))
                .isEqualTo(Arrays.copyOfRange(recorded, 8, 8 + CALL_BYTES));
        assertThat(new String(update, StandardCharsets.UTF_8))
                .contains("\"__configuration_flags\":{\"protocol\":\"http2\"}")
                .contains("{\"hostname\":\"www.example.com\",\"service\":\"http://127.0.0.1:");
        assertThat(control.next()).isEqualTo(FINISH_1);
    }

    @Test
    void endsTheStreamAndClosesAfterARefusalAndComesBack() throws InterruptedException {
        EdgeConnection connection = lab.edge().accept();
        ControlScript control = refuse(connection, "EDUPCONN", true);

        assertThat(control.next()).isEqualTo(FINISH_0);
        assertThat(control.next()).isEqualTo(FINISH_1);
        assertThat(control.next()).isEqualTo(RELEASE);
        assertThat(control.next()).isEqualTo(ABORT);
        assertEnded(control.stream());
        connection.awaitClosed();

        ControlScript again = ControlScript.open(lab.edge().accept());
        again.next();
        RegistrationRequest request = ControlScript.registration(again.next());
        assertThat(request.options().numPreviousAttempts()).isEqualTo(1);
    }

    @Test
    void comesBackAfterUnauthorized() throws InterruptedException {
        EdgeConnection connection = lab.edge().accept();
        refuse(connection, "Unauthorized: Invalid tunnel secret", false);

        connection.awaitClosed();

        assertThat(lab.edge().accept()).isNotNull();
    }

    @Test
    void givesUpWhenTheFirstConnectionIsRefusedForGood()
            throws InterruptedException, ExecutionException, TimeoutException {
        EdgeConnection connection = lab.edge().accept();
        refuse(connection, "tunnel was deleted", false);

        assertThat(lab.ended().get(10, TimeUnit.SECONDS)).contains("tunnel was deleted");
        connection.awaitClosed();
    }

    @Test
    void closesAndComesBackAfterTheControlStreamWasReset() throws InterruptedException {
        Lab.Registered tunnel = lab.register();
        tunnel.connection().get(Lab.HOST, "/slow");
        OriginExchange running = lab.origin().next("/slow");

        tunnel.control().stream().reset(Http2Error.CANCEL);

        tunnel.connection().awaitClosed();
        assertThat(running.nextEvent()).isEqualTo("gone");
        assertThat(lab.register().connectorId()).isEqualTo(tunnel.connectorId());
    }

    @Test
    void servesOnAfterTheEdgeHalfClosedTheControlStream() throws InterruptedException {
        Lab.Registered tunnel = lab.register();

        tunnel.control().stream().data(new byte[0], true);

        EdgeStream stream = tunnel.connection().get(Lab.HOST, "/plain");
        assertThat(stream.await(Answer::isOver).text()).isEqualTo("hello");
        assertThat(tunnel.connection().isOpen()).isTrue();
    }

    @Test
    void replacesAConnectionThatGoesAwayAndFinishesWhatRunsOnIt() throws InterruptedException {
        Lab.Registered tunnel = lab.register();
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange origin = lab.origin().next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        tunnel.connection().writeGoAway(0, Http2Error.NO_ERROR);
        Lab.Registered replacement = lab.register();
        EdgeStream next = replacement.connection().get(Lab.HOST, "/plain");

        assertThat(replacement.request().connIndex()).isZero();
        assertThat(next.await(Answer::isOver).text()).isEqualTo("hello");
        origin.proceed();
        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
        tunnel.connection().awaitClosed();
        assertThat(replacement.connection().isOpen()).isTrue();
    }

    @Test
    void finishesTheLastRequestAlsoWhenTheEdgeResetsTheControlStreamAsItGoesAway() throws InterruptedException {
        Lab.Registered tunnel = lab.register();
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange origin = lab.origin().next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        tunnel.connection().writeGoAway(0, Http2Error.NO_ERROR);
        tunnel.control().stream().reset(Http2Error.CANCEL);
        lab.register();

        // Longer than a quiet connection is kept.
        assertThat(lab.edge().poll(Duration.ofSeconds(3))).isNull();
        origin.proceed();
        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
        tunnel.connection().awaitClosed();
    }

    @Test
    void takesAResetControlStreamForTheAnswerToAnUnregistration() throws Exception {
        Lab.Registered tunnel = lab.register();

        lab.daemon().drain(Duration.ofMinutes(3));
        assertThat(tunnel.control().next()).isEqualTo(UNREGISTER);
        tunnel.control().stream().reset(Http2Error.CANCEL);

        tunnel.connection().awaitClosed();
        assertThat(lab.ended().get(5, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void answersASecondControlStreamWith400AndKeepsTheFirst() throws Exception {
        Lab.Registered tunnel = lab.register();

        EdgeStream second = ControlScript.open(tunnel.connection()).stream();

        assertThat(second.await(Answer::isOver).field(":status")).contains("400");
        lab.daemon().drain(Duration.ofMinutes(3));
        tunnel.control().unregister();
        EdgeStream third = ControlScript.open(tunnel.connection()).stream();
        assertThat(third.await(Answer::isOver).field(":status")).contains("400");
        tunnel.connection().awaitClosed();
        assertThat(lab.ended().get(5, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void comesBackWhenTheConnectionIsCut() throws InterruptedException {
        Lab.Registered tunnel = lab.register();

        tunnel.connection().close();

        assertThat(lab.register().request().connIndex()).isZero();
    }

    @Test
    void drainsAsRecordedAndServesWhatRunsAndWhatStillComes()
            throws InterruptedException, ExecutionException, TimeoutException {
        Lab.Registered tunnel = lab.register();
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange origin = lab.origin().next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        lab.daemon().drain(Duration.ofSeconds(30));
        ControlScript control = tunnel.control();
        assertThat(control.next()).isEqualTo(UNREGISTER);
        EdgeStream late = tunnel.connection().get(Lab.HOST, "/plain");
        control.answer(ControlScript.UNREGISTER_RETURN);

        assertThat(control.next()).isEqualTo(FINISH_1);
        assertThat(control.next()).isEqualTo(RELEASE);
        assertThat(control.next()).isEqualTo(ABORT);
        assertEnded(control.stream());
        assertThat(late.await(Answer::isOver).text()).isEqualTo("hello");
        origin.proceed();
        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
        tunnel.connection().awaitClosed();
        assertThat(lab.ended().get(5, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void answersWaitingRequestsWhenTheGracePeriodIsOver()
            throws InterruptedException, ExecutionException, TimeoutException {
        Lab.Registered tunnel = lab.register();
        EdgeStream waiting = tunnel.connection().get(Lab.HOST, "/slow");
        OriginExchange origin = lab.origin().next("/slow");

        lab.daemon().drain(Duration.ZERO);

        Answer answer = waiting.await(Answer::isOver);
        assertThat(answer.field(":status")).contains("502");
        assertThat(answer.field("cf-cloudflared-response-meta")).contains("{\"src\":\"cloudflared\"}");
        tunnel.connection().awaitClosed();
        assertThat(origin.nextEvent()).isEqualTo("gone");
        assertThat(lab.ended().get(5, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void resetsARequestWithHopByHopFields() throws InterruptedException {
        Lab.Registered tunnel = lab.register();

        for (Field field : List.of(
                new Field("connection", "keep-alive"),
                new Field("keep-alive", "timeout=5"),
                new Field("proxy-connection", "x"),
                new Field("transfer-encoding", "chunked"),
                new Field("upgrade", "websocket"),
                new Field("te", "gzip"))) {
            EdgeStream stream = tunnel.connection()
                    .open(
                            List.of(
                                    new Field(":method", "GET"),
                                    new Field(":scheme", "https"),
                                    new Field(":authority", Lab.HOST),
                                    new Field(":path", "/plain"),
                                    field),
                            true);
            // Deviation.HOP_BY_HOP_RESET.
            assertThat(stream.next()).as(field.name()).isEqualTo(new Frame.Reset("PROTOCOL_ERROR"));
        }
        assertThat(lab.origin().poll("/plain")).isNull();
    }

    /** With END_STREAM, on the last message or after it, and then told to say no more. */
    private static void assertEnded(EdgeStream control) throws InterruptedException {
        Answer answer = control.await(a -> a.reset() != null);

        assertThat(answer.end()).isEqualTo(Answer.End.AFTER_BODY);
        assertThat(answer.reset()).isEqualTo("NO_ERROR");
    }

    private static ControlScript refuse(EdgeConnection connection, String cause, boolean shouldRetry)
            throws InterruptedException {
        ControlScript control = ControlScript.open(connection);
        control.next();
        control.next();
        control.answer(ControlScript.BOOTSTRAP_RETURN);
        RegistrationOutcome refused = new RegistrationOutcome.Refused(cause, shouldRetry, Duration.ZERO);
        ByteBuf message = RpcCodec.encode(
                new RpcMessage.Return(1, new ReturnOutcome.Results(ResultPayload.ofRegistration(refused))),
                UnpooledByteBufAllocator.DEFAULT);
        control.send(ByteBufUtil.getBytes(message));
        message.release();
        return control;
    }
}
