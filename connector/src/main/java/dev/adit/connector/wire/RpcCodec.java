package dev.adit.connector.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** {@link RpcMessage} to bytes and back, for both ends of the control stream. */
public final class RpcCodec {
    static final int RETURN = 3;

    private static final int UNIMPLEMENTED = 0;
    private static final int ABORT = 1;
    private static final int CALL = 2;
    private static final int FINISH = 4;
    private static final int RELEASE = 6;
    private static final int BOOTSTRAP = 8;

    private static final int TARGET_IMPORTED_CAP = 0;
    private static final int TARGET_PROMISED_ANSWER = 1;
    private static final int SEND_RESULTS_TO_CALLER = 0;
    private static final int OP_NOOP = 0;

    private static final int RETURN_RESULTS = 0;
    private static final int RETURN_EXCEPTION = 1;
    private static final int RETURN_CANCELED = 2;

    private static final int CAP_SENDER_HOSTED = 1;
    private static final int CAP_SENDER_PROMISE = 2;

    private RpcCodec() {}

    /** The message in one segment, as cloudflared's library lays it out. The caller owns the result. */
    public static ByteBuf encode(RpcMessage message, ByteBufAllocator allocator) {
        return toCapnp(message).encode(allocator);
    }

    /** Throws {@link CapnpException} if {@code message} is malformed. */
    public static RpcMessage decode(CapnpMessage message) {
        CapnpReader root = CapnpReader.root(message);
        int discriminant = root.uint16(0);
        CapnpReader body = root.struct(0);
        return switch (discriminant) {
            case UNIMPLEMENTED -> new RpcMessage.Unimplemented(body.uint16(0), message);
            case ABORT -> new RpcMessage.Abort(body.text(0));
            case CALL -> readCall(body, message);
            case RETURN -> new RpcMessage.Return(body.int32(0), !body.bit(32), readOutcome(body, message));
            case FINISH -> new RpcMessage.Finish(body.int32(0), !body.bit(32));
            case RELEASE -> new RpcMessage.Release(body.int32(0), body.int32(4));
            case BOOTSTRAP -> new RpcMessage.Bootstrap(body.int32(0));
            default -> new RpcMessage.Other(discriminant, message);
        };
    }

    private static CapnpMessage toCapnp(RpcMessage message) {
        if (message instanceof RpcMessage.Bootstrap bootstrap) {
            CapnpWriter body = body(BOOTSTRAP, 1, 1);
            body.int32(0, bootstrap.questionId());
            return body.message();
        }
        if (message instanceof RpcMessage.Call call) {
            return write(call);
        }
        if (message instanceof RpcMessage.Return answer) {
            return write(answer);
        }
        if (message instanceof RpcMessage.Finish finish) {
            CapnpWriter body = body(FINISH, 1, 0);
            body.int32(0, finish.questionId());
            if (!finish.releaseResultCaps()) {
                body.bit(32);
            }
            return body.message();
        }
        if (message instanceof RpcMessage.Release release) {
            CapnpWriter body = body(RELEASE, 1, 0);
            body.int32(0, release.capabilityId());
            body.int32(4, release.referenceCount());
            return body.message();
        }
        if (message instanceof RpcMessage.Abort abort) {
            CapnpWriter body = body(ABORT, 1, 1);
            body.text(0, abort.reason());
            return body.message();
        }
        if (message instanceof RpcMessage.Unimplemented unimplemented) {
            return unimplemented.message();
        }
        return ((RpcMessage.Other) message).message();
    }

    private static CapnpWriter body(int discriminant, int dataWords, int pointers) {
        CapnpWriter root = CapnpWriter.root(1, 1);
        root.int16(0, discriminant);
        return root.struct(0, dataWords, pointers);
    }

    private static CapnpMessage write(RpcMessage.Call call) {
        CapnpWriter body = body(CALL, 3, 3);
        body.int32(0, call.questionId());
        body.int16(4, call.params().methodId());
        body.int64(8, call.params().interfaceId());
        CapnpWriter target = body.struct(0, 1, 1);
        if (call.target() instanceof CallTarget.ImportedCap imported) {
            target.int32(0, imported.id());
        } else if (call.target() instanceof CallTarget.PromisedAnswer promised) {
            target.int16(4, TARGET_PROMISED_ANSWER);
            CapnpWriter answer = target.struct(0, 1, 1);
            answer.int32(0, promised.questionId());
            answer.noStructs(0, 1, 0);
        }
        CapnpWriter payload = body.struct(1, 0, 2);
        write(call.params(), payload);
        writeNoCapabilities(payload);
        return body.message();
    }

    private static void write(CallParams params, CapnpWriter payload) {
        if (params instanceof CallParams.RegisterConnection register) {
            RegistrationCodec.writeRequest(payload.struct(0, 1, 3), register.request());
        } else if (params instanceof CallParams.UpdateLocalConfiguration update) {
            payload.struct(0, 0, 1).data(0, update.json().getBytes(StandardCharsets.UTF_8));
        } else {
            payload.struct(0, 0, 0);
        }
    }

    /** Whatever a record can't tell makes the call an unknown message, which is what the RPC asks for. */
    private static RpcMessage readCall(CapnpReader call, CapnpMessage message) {
        CapnpReader target = call.struct(0);
        int targetTag = target.uint16(4);
        if (call.uint16(6) != SEND_RESULTS_TO_CALLER || targetTag > TARGET_PROMISED_ANSWER) {
            return new RpcMessage.Other(CALL, message);
        }
        CallParams params =
                readParams(call.int64(8), call.uint16(4), call.struct(1).struct(0));
        if (targetTag == TARGET_IMPORTED_CAP) {
            return new RpcMessage.Call(call.int32(0), new CallTarget.ImportedCap(target.int32(0)), params);
        }
        CapnpReader answer = target.struct(0);
        for (CapnpReader op : answer.structs(0)) {
            if (op.uint16(0) != OP_NOOP) {
                return new RpcMessage.Other(CALL, message);
            }
        }
        return new RpcMessage.Call(call.int32(0), new CallTarget.PromisedAnswer(answer.int32(0)), params);
    }

    private static CallParams readParams(long interfaceId, int methodId, CapnpReader content) {
        if (interfaceId != CallParams.REGISTRATION_SERVER) {
            return new CallParams.Unknown(interfaceId, methodId);
        }
        return switch (methodId) {
            case CallParams.RegisterConnection.METHOD ->
                new CallParams.RegisterConnection(RegistrationCodec.readRequest(content));
            case CallParams.UnregisterConnection.METHOD -> new CallParams.UnregisterConnection();
            case CallParams.UpdateLocalConfiguration.METHOD ->
                new CallParams.UpdateLocalConfiguration(new String(content.data(0), StandardCharsets.UTF_8));
            default -> new CallParams.Unknown(interfaceId, methodId);
        };
    }

    private static CapnpMessage write(RpcMessage.Return answer) {
        if (answer.outcome() instanceof ReturnOutcome.Unsupported unsupported) {
            return unsupported.message();
        }
        CapnpWriter body = body(RETURN, 2, 1);
        body.int32(0, answer.answerId());
        if (!answer.releaseParamCaps()) {
            body.bit(32);
        }
        if (answer.outcome() instanceof ReturnOutcome.Results results) {
            results.payload().write(body.struct(0, 0, 2));
        } else if (answer.outcome() instanceof ReturnOutcome.Failed failed) {
            body.int16(6, RETURN_EXCEPTION);
            CapnpWriter exception = body.struct(0, 1, 1);
            exception.int16(4, failed.type().tag());
            exception.text(0, failed.reason());
        } else {
            body.int16(6, RETURN_CANCELED);
        }
        return body.message();
    }

    private static ReturnOutcome readOutcome(CapnpReader answer, CapnpMessage message) {
        int tag = answer.uint16(6);
        return switch (tag) {
            case RETURN_RESULTS -> new ReturnOutcome.Results(ResultPayload.received(answer.struct(0)));
            case RETURN_EXCEPTION -> readException(answer.struct(0));
            case RETURN_CANCELED -> new ReturnOutcome.Canceled();
            default -> new ReturnOutcome.Unsupported(tag, message);
        };
    }

    private static ReturnOutcome readException(CapnpReader exception) {
        return new ReturnOutcome.Failed(exception.text(0), ReturnOutcome.Failed.Type.of(exception.uint16(4)));
    }

    static void writeCapability(CapnpWriter payload, int id) {
        payload.capability(0, 0);
        CapnpWriter descriptor = payload.oneStruct(1, 1, 1);
        descriptor.int16(0, CAP_SENDER_HOSTED);
        descriptor.int32(4, id);
    }

    static void writeNoCapabilities(CapnpWriter payload) {
        payload.noStructs(1, 1, 1);
    }

    static OptionalInt readCapability(CapnpReader payload) {
        OptionalInt index = payload.capability(0);
        if (index.isEmpty()) {
            return index;
        }
        List<CapnpReader> table = payload.structs(1);
        if (Integer.compareUnsigned(index.getAsInt(), table.size()) >= 0) {
            return OptionalInt.empty();
        }
        CapnpReader descriptor = table.get(index.getAsInt());
        int tag = descriptor.uint16(0);
        return tag == CAP_SENDER_HOSTED || tag == CAP_SENDER_PROMISE
                ? OptionalInt.of(descriptor.int32(4))
                : OptionalInt.empty();
    }
}
