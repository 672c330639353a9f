package dev.adit.edgesim.admin;

/** Says that a request can't be granted; thrown by handlers, answered by the server. It has no stack trace. */
public final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;
    private final String sentence;

    /** With an HTTP status, a code of Cloudflare's API, and one sentence for the reader. */
    public Rejection(int status, int code, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
        this.code = code;
        this.sentence = sentence;
    }

    AdminAnswer answer() {
        return Envelope.error(status, code, sentence);
    }
}
