package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CallTarget;
import dev.adit.connector.wire.CapnpException;
import dev.adit.connector.wire.CapnpFrameDecoder;
import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.ResultPayload;
import dev.adit.connector.wire.ReturnOutcome;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The far end of the RPC on one control stream: hosts the object that connectors register with. Confined to the event
 * loop of its connection.
 */
final class RegistrationServer implements StreamListener {
    // The one object hosted here. Any number would do.
    private static final int CAPABILITY = 0;
    // A connector asks three things in its life, one after the other.
    private static final int MAX_QUESTIONS = 100;
    // Answers that may wait for a connector that does not read them.
    private static final int MAX_UNREAD = 100;

    /** What became of a question that was not finished. */
    private enum Question {
        BOOTSTRAP,
        CALL
    }

    private final Registrar registrar;
    private final ByteBufAllocator allocator;
    private final CapnpFrameDecoder frames = new CapnpFrameDecoder();
    private final Map<Integer, Question> questions = new HashMap<>();
    private @Nullable SimStream stream;
    private int references;
    private int unread;
    private boolean over;

    RegistrationServer(Registrar registrar, ByteBufAllocator allocator) {
        this.registrar = registrar;
        this.allocator = allocator;
    }

    /** Answers go to {@code control}, the stream that this listens to. */
    void attach(SimStream control) {
        stream = control;
    }

    @Override
    public void head(Http2Headers headers, boolean last) {
        if (last || !"200".contentEquals(headers.status())) {
            finish("control stream answered with status " + headers.status());
        }
    }

    @Override
    public void body(ByteBuf data) {
        stream().consumed(data.readableBytes());
        if (over) {
            data.release();
            return;
        }
        try {
            frames.feed(data, message -> handle(RpcCodec.decode(message)));
        } catch (CapnpException e) {
            abort("malformed message: " + e.getMessage());
        }
    }

    @Override
    public void end(@Nullable Http2Headers trailers) {
        stream().end(null);
        finish("ended by the connector");
    }

    @Override
    public void reset(long errorCode) {
        finish("reset, error code " + errorCode);
    }

    private void handle(RpcMessage message) {
        if (over) {
            return;
        }
        if (message instanceof RpcMessage.Bootstrap bootstrap) {
            onBootstrap(bootstrap);
        } else if (message instanceof RpcMessage.Call call) {
            onCall(call);
        } else if (message instanceof RpcMessage.Finish finish) {
            Question question = questions.remove(finish.questionId());
            if (question == Question.BOOTSTRAP && finish.releaseResultCaps()) {
                references--;
            }
        } else if (message instanceof RpcMessage.Release release) {
            references -= release.referenceCount();
        } else if (message instanceof RpcMessage.Other other) {
            send(other.unimplemented());
        } else if (message instanceof RpcMessage.Return) {
            abort("nothing was asked");
        }
        // Abort and Unimplemented need no answer: after an Abort the connector ends the stream itself.
    }

    private void onBootstrap(RpcMessage.Bootstrap bootstrap) {
        if (ask(bootstrap.questionId(), Question.BOOTSTRAP)) {
            references++;
            answer(bootstrap.questionId(), new ReturnOutcome.Results(ResultPayload.ofCapability(CAPABILITY)));
        }
    }

    private void onCall(RpcMessage.Call call) {
        if (!ask(call.questionId(), Question.CALL)) {
            return;
        }
        if (!isForUs(call.target())) {
            answer(call.questionId(), new ReturnOutcome.Failed("no such object", ReturnOutcome.Failed.Type.FAILED));
            return;
        }
        CallParams params = call.params();
        if (params instanceof CallParams.RegisterConnection register) {
            RegistrationOutcome outcome = registrar.register(register.request());
            if (outcome != null) {
                answer(call.questionId(), new ReturnOutcome.Results(ResultPayload.ofRegistration(outcome)));
            }
        } else if (params instanceof CallParams.UpdateLocalConfiguration update) {
            registrar.localConfiguration(update.json());
            answer(call.questionId(), new ReturnOutcome.Results(ResultPayload.empty()));
        } else if (params instanceof CallParams.UnregisterConnection) {
            answer(call.questionId(), new ReturnOutcome.Results(ResultPayload.empty()));
            registrar.unregister();
        } else {
            answer(
                    call.questionId(),
                    new ReturnOutcome.Failed("no such method", ReturnOutcome.Failed.Type.UNIMPLEMENTED));
        }
    }

    private boolean isForUs(CallTarget target) {
        if (target instanceof CallTarget.PromisedAnswer promised) {
            return questions.get(promised.questionId()) == Question.BOOTSTRAP;
        }
        return target instanceof CallTarget.ImportedCap imported && imported.id() == CAPABILITY && references > 0;
    }

    private boolean ask(int questionId, Question question) {
        if (questions.size() >= MAX_QUESTIONS) {
            abort("too many questions that were not finished");
            return false;
        }
        if (questions.putIfAbsent(questionId, question) == null) {
            return true;
        }
        abort("question id " + questionId + " is in use");
        return false;
    }

    private void answer(int questionId, ReturnOutcome outcome) {
        send(new RpcMessage.Return(questionId, outcome));
    }

    private void abort(String reason) {
        send(new RpcMessage.Abort(reason));
        stream().end(null);
        finish(reason);
    }

    private void send(RpcMessage message) {
        SimStream to = stream();
        unread = to.isWritable() ? 0 : unread + 1;
        if (unread > MAX_UNREAD) {
            to.reset(Http2Error.ENHANCE_YOUR_CALM);
            finish("answers are not read");
            return;
        }
        to.body(RpcCodec.encode(message, allocator));
    }

    private void finish(String why) {
        if (!over) {
            over = true;
            registrar.controlEnded(why);
        }
    }

    private SimStream stream() {
        return Objects.requireNonNull(stream, "not attached");
    }
}
