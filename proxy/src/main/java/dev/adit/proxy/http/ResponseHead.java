package dev.adit.proxy.http;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * The head of one final response.
 *
 * @param status the status code, 100 to 999
 * @param headers the fields as the origin sent them; the receiver owns and may change them
 * @param bodyFollows false if the response ends with its head
 */
public record ResponseHead(int status, HttpHeaders headers, boolean bodyFollows) {
    /** Without the fields, some of which are credentials. */
    @Override
    public String toString() {
        return status + (bodyFollows ? " with a body" : "");
    }
}
