package dev.adit.edgesim.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Puts answers into HTTP, with the fields that keep browsers from doing harm. */
final class AnswerWriter {
    private static final String CONTENT_POLICY =
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

    private AnswerWriter() {}

    /** An answer with its body; the connection ends after it if {@code last}. */
    static FullHttpResponse whole(AdminAnswer.Whole answer, boolean last) {
        ByteBuf body = Unpooled.wrappedBuffer(answer.body());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        fields(response.headers(), answer);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (last) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        return response;
    }

    /** The head of an answer that ends with the connection. */
    static HttpResponse endless(AdminAnswer.Streamed answer) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        fields(response.headers(), answer);
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        return response;
    }

    private static void fields(HttpHeaders headers, AdminAnswer answer) {
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-frame-options", "DENY");
        headers.set("referrer-policy", "no-referrer");
        headers.set("content-security-policy", CONTENT_POLICY);
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set("cache-control", "no-store");
        answer.headers().forEach(headers::set);
    }
}
