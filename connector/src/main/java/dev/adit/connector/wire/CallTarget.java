package dev.adit.connector.wire;

/** The object that a call is for. */
public sealed interface CallTarget {
    /** An object that the receiver of the call hosts. */
    record ImportedCap(int id) implements CallTarget {}

    /** The object that will be the answer to an earlier question. */
    record PromisedAnswer(int questionId) implements CallTarget {}
}
