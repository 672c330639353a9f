package dev.adit.edgesim.console;

/** Someone who watches, at the other end of an answer that does not end. Every method is called on the event loop. */
public interface LiveReader {
    /** Whether it has read most of what was written to it. */
    boolean isWritable();

    /** Sends {@code text}, whole events as in the HTML standard's server-sent events. */
    void write(String text);
}
