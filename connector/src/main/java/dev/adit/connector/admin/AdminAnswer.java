package dev.adit.connector.admin;

/**
 * What is answered to a request.
 *
 * @param status HTTP status, 200 to 599
 * @param contentType of the body
 * @param body the body as text
 */
public record AdminAnswer(int status, String contentType, String body) {
    /** Plain text. */
    public static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body);
    }

    /** One JSON document. */
    public static AdminAnswer json(int status, String body) {
        return new AdminAnswer(status, "application/json", body);
    }
}
