package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the trailers of a connector's answer into those for the eyeball. */
final class ResponseTrailers {
    // Framing fields mean nothing at the end of a message, and could mislead whoever merges them into the head.
    private static final Set<String> NOT_ALLOWED =
            Set.of("content-length", "transfer-encoding", "trailer", "connection", "host");

    private ResponseTrailers() {}

    /** The fields that may be passed on; null when there are none. */
    static @Nullable HttpHeaders of(Http2Headers trailers) {
        HttpHeaders out = new DefaultHttpHeaders();
        for (Map.Entry<CharSequence, CharSequence> field : trailers) {
            String name = field.getKey().toString();
            if (!name.startsWith(":") && !NOT_ALLOWED.contains(name)) {
                out.add(name, field.getValue());
            }
        }
        return out.isEmpty() ? null : out;
    }
}
