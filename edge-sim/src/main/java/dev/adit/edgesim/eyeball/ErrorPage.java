package dev.adit.edgesim.eyeball;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A small page that tells an eyeball why there is no answer from the origin.
 *
 * @param problem what happened
 * @param ray the id of the request, also in the request that a connector saw
 */
record ErrorPage(Problem problem, String ray) {

    /** The page as JSON if {@code accept} prefers that to HTML, else as HTML. The caller owns the response. */
    FullHttpResponse render(@Nullable String accept) {
        boolean json = Accept.prefersJson(accept);
        String text = json ? json() : html();
        ByteBuf body = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status(), problem.title()), body);
        response.headers()
                .set(
                        HttpHeaderNames.CONTENT_TYPE,
                        json ? "application/json; charset=utf-8" : "text/html; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (problem.retryAfterSeconds() > 0) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, problem.retryAfterSeconds());
        }
        EdgeFields.onPage(response.headers(), ray);
        return response;
    }

    private String html() {
        String title = escape(problem.status() + " " + problem.title());
        String code = problem.code() == 0 ? "" : "error code " + problem.code() + ", ";
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"/><title>%s</title></head>
                <body>
                <h1>%s</h1>
                <p>%s</p>
                <p>Adit edge simulator, %sray %s</p>
                </body>
                </html>
                """.formatted(title, title, escape(problem.detail()), code, escape(ray));
    }

    private String json() {
        String code = problem.code() == 0 ? "" : "\"code\":" + problem.code() + ",";
        return "{\"status\":%d,%s\"title\":\"%s\",\"detail\":\"%s\",\"ray\":\"%s\"}\n"
                .formatted(
                        problem.status(), code, jsonText(problem.title()), jsonText(problem.detail()), jsonText(ray));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String jsonText(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(ByteBufUtil.hexDump(new byte[] {(byte) c}));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
