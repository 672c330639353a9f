package dev.adit.edgesim.admin;

/** An answer that goes on for as long as its reader stays. On the event loop only. */
public interface AnswerStream {
    /** Sends {@code text}; gives false if the reader is gone, or is so slow that it is sent away now. */
    boolean send(String text);

    /** Whether its reader keeps up: whether {@link #send} would not send it away. */
    boolean isWritable();

    /** Runs {@code action} once, when the reader is gone or sent away. */
    void onGone(Runnable action);

    /** Ends the answer and the connection. */
    void close();
}
