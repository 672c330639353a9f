package dev.adit.connector.tunnel;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CallTarget;
import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.ResultPayload;
import dev.adit.connector.wire.ReturnOutcome;
import dev.adit.connector.wire.RpcMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connector's side of the RPC on one control stream: registers, tells the edge the local configuration, unregisters.
 * Knows messages and no bytes. Confined to the event loop of its connection.
 */
final class RegistrationClient {
    /** Hears the outcome of each call. */
    interface Listener {
        void registered(RegistrationOutcome.Registered registered);

        void refused(RegistrationOutcome.Refused refused);

        void unregistered();
    }

    private enum Question {
        BOOTSTRAP,
        REGISTER,
        UPDATE,
        UNREGISTER
    }

    private static final int BOOTSTRAP_ID = 0;

    private final Consumer<RpcMessage> out;
    private final Listener listener;
    private final Map<Integer, Question> pending = new HashMap<>();
    /** Question ids that may be used again, the one freed last first, as cloudflared does. */
    private final ArrayDeque<Integer> freeIds = new ArrayDeque<>();

    private int nextId;
    private @Nullable Integer server;
    private boolean ended;

    RegistrationClient(Consumer<RpcMessage> out, Listener listener) {
        this.out = out;
        this.listener = listener;
    }

    /** Asks for the edge's object and registers with it in the same breath. */
    void register(RegistrationRequest request) {
        out.accept(new RpcMessage.Bootstrap(ask(Question.BOOTSTRAP)));
        call(Question.REGISTER, new CallParams.RegisterConnection(request));
    }

    /** Sends the configuration of a locally managed tunnel. */
    void updateLocalConfiguration(String json) {
        call(Question.UPDATE, new CallParams.UpdateLocalConfiguration(json));
    }

    /** Asks the edge to send no more requests. */
    void unregister() {
        call(Question.UNREGISTER, new CallParams.UnregisterConnection());
    }

    /** Gives up the registration if it has no answer yet. */
    void registrationTimedOut() {
        for (Map.Entry<Integer, Question> entry : pending.entrySet()) {
            if (entry.getValue() == Question.REGISTER) {
                pending.remove(entry.getKey());
                out.accept(new RpcMessage.Finish(entry.getKey(), true));
                refused("registerConnection: deadline exceeded");
                return;
            }
        }
    }

    /** Says good-bye; nothing is sent after it. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        Integer id = server;
        if (id != null) {
            out.accept(new RpcMessage.Release(id, 1));
        }
        out.accept(new RpcMessage.Abort("rpc: shutdown"));
    }

    /** A message of the edge. */
    void receive(RpcMessage message) {
        if (ended) {
            return;
        }
        if (message instanceof RpcMessage.Return answer) {
            receiveReturn(answer);
        } else if (message instanceof RpcMessage.Bootstrap bootstrap) {
            refuse(bootstrap.questionId(), "rpc: no bootstrap interface");
        } else if (message instanceof RpcMessage.Call call) {
            refuse(call.questionId(), "rpc: the connector exports nothing");
        } else if (message instanceof RpcMessage.Other other) {
            out.accept(other.unimplemented());
        } else if (message instanceof RpcMessage.Abort abort) {
            aborted(abort);
        }
    }

    /** Nothing can be asked any more; only someone who wanted to leave anyway does not mind. */
    private void aborted(RpcMessage.Abort abort) {
        boolean leaving = pending.containsValue(Question.UNREGISTER);
        pending.clear();
        if (leaving) {
            listener.unregistered();
        } else {
            refused("the edge ended the RPC: " + abort.reason());
        }
    }

    private void receiveReturn(RpcMessage.Return answer) {
        ReturnOutcome outcome = answer.outcome();
        if (outcome instanceof ReturnOutcome.Unsupported unsupported) {
            out.accept(unsupported.unimplemented());
        }
        Question question = pending.remove(answer.answerId());
        if (question == null) {
            return;
        }
        if (!(outcome instanceof ReturnOutcome.Canceled)) {
            out.accept(new RpcMessage.Finish(answer.answerId(), outcome instanceof ReturnOutcome.Failed));
        }
        freeIds.push(answer.answerId());
        if (question == Question.BOOTSTRAP) {
            resolved(outcome);
        } else if (question == Question.REGISTER) {
            registrationAnswered(outcome.registration());
        } else if (question == Question.UNREGISTER) {
            listener.unregistered();
        }
    }

    private void resolved(ReturnOutcome outcome) {
        if (outcome instanceof ReturnOutcome.Results results) {
            ResultPayload payload = results.payload();
            OptionalInt capability = payload.capability();
            if (capability.isPresent()) {
                server = capability.getAsInt();
            }
        }
    }

    private void registrationAnswered(RegistrationOutcome outcome) {
        if (outcome instanceof RegistrationOutcome.Registered registered) {
            listener.registered(registered);
        } else if (outcome instanceof RegistrationOutcome.Refused refused) {
            listener.refused(refused);
        }
    }

    private void refused(String cause) {
        listener.refused(new RegistrationOutcome.Refused(cause, true, Duration.ZERO));
    }

    private void refuse(int questionId, String reason) {
        out.accept(
                new RpcMessage.Return(questionId, new ReturnOutcome.Failed(reason, ReturnOutcome.Failed.Type.FAILED)));
    }

    private void call(Question question, CallParams params) {
        if (ended) {
            return;
        }
        Integer id = server;
        CallTarget target = id == null ? new CallTarget.PromisedAnswer(BOOTSTRAP_ID) : new CallTarget.ImportedCap(id);
        out.accept(new RpcMessage.Call(ask(question), target, params));
    }

    private int ask(Question question) {
        Integer reused = freeIds.poll();
        int id = reused == null ? nextId++ : reused;
        pending.put(id, question);
        return id;
    }
}
