package dev.adit.connector.admin;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What is answered to a request.
 *
 * @param status HTTP status, 200 to 599
 * @param contentType of the body
 * @param body the body as text; of {@code application/octet-stream} one char a byte
 */
public record AdminAnswer(int status, String contentType, String body) {
    /** The content type of what is no text. */
    private static final String BYTES = "application/octet-stream";

    /** Of any type, as it is sent. */
    static AdminAnswer of(int status, String contentType, byte[] body) {
        return new AdminAnswer(status, contentType, new String(body, charset(contentType)));
    }

    /** What is no text. */
    public static AdminAnswer bytes(int status, byte[] body) {
        return of(status, BYTES, body);
    }

    /** Plain text. */
    public static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body);
    }

    /** One JSON document. */
    public static AdminAnswer json(int status, String body) {
        return new AdminAnswer(status, "application/json", body);
    }

    /** The body as it is sent. */
    public byte[] bytes() {
        return body.getBytes(charset(contentType));
    }

    private static Charset charset(String contentType) {
        return contentType.equals(BYTES) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    }
}
