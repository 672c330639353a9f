package dev.adit.connector.wire;

/** One message of the RPC on the control stream. Ids are unsigned: compare them, don't order them. */
public sealed interface RpcMessage {
    /** Asks for the object that the peer hosts. */
    record Bootstrap(int questionId) implements RpcMessage {}

    /** Calls a method. */
    record Call(int questionId, CallTarget target, CallParams params) implements RpcMessage {}

    /**
     * Answers a question.
     *
     * @param answerId the question's id
     * @param releaseParamCaps whether the capabilities in the question's parameters are given back by this
     * @param outcome the answer
     */
    record Return(int answerId, boolean releaseParamCaps, ReturnOutcome outcome) implements RpcMessage {
        /** An answer as cloudflared's library sends it, which gives capabilities back one by one. */
        public Return(int answerId, ReturnOutcome outcome) {
            this(answerId, false, outcome);
        }
    }

    /**
     * Says that the asker has what it wanted, or no longer wants it.
     *
     * @param questionId the question's id, which is free from now on
     * @param releaseResultCaps whether the capabilities in the answer are given back by this
     */
    record Finish(int questionId, boolean releaseResultCaps) implements RpcMessage {}

    /** Gives back a capability of the peer, as often as {@code referenceCount} says. */
    record Release(int capabilityId, int referenceCount) implements RpcMessage {}

    /** Ends the RPC. */
    record Abort(String reason) implements RpcMessage {}

    /**
     * Sends back what the sender could not understand.
     *
     * @param discriminant the kind of the message that was not understood
     * @param message this message as a whole
     */
    record Unimplemented(int discriminant, CapnpMessage message) implements RpcMessage {}

    /**
     * A message of a kind or with a feature that has no record here; to be answered with {@link #unimplemented}.
     *
     * @param discriminant the kind of the message, as in the schema of the RPC
     * @param message this message as a whole
     */
    record Other(int discriminant, CapnpMessage message) implements RpcMessage {
        public Unimplemented unimplemented() {
            return new Unimplemented(discriminant, message.nested());
        }
    }
}
