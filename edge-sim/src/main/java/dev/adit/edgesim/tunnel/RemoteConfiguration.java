package dev.adit.edgesim.tunnel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.connector.wire.TunnelHeaders;
import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamListener;
import dev.adit.edgesim.h2.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One push of a configuration to a connector, and the connector's answer. Confined to the event loop. */
final class RemoteConfiguration implements StreamListener {
    private static final JsonMapper JSON = new JsonMapper();
    // An answer is a version and an error; more is not worth keeping.
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final ByteBuf answer = Unpooled.buffer(64, MAX_ANSWER_BYTES);
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private @Nullable SimStream stream;
    private String status = "";

    private RemoteConfiguration() {}

    /** Rules that lead each of {@code hosts} to {@code service}; all else is 404. */
    static String of(List<String> hosts, String service) {
        ObjectNode config = JSON.createObjectNode();
        ArrayNode ingress = config.putArray("ingress");
        for (String host : hosts) {
            ingress.addObject().put("hostname", host).put("service", service);
        }
        ingress.addObject().put("service", "http_status:404");
        return config.toString();
    }

    /** Sends {@code json}; completes with the answer, exceptionally if the connector did not take it. */
    static CompletableFuture<String> push(TunnelSession session, String json) {
        RemoteConfiguration push = new RemoteConfiguration();
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        SimStream stream = session.openOwn(
                StreamRequest.open("POST", ControlStream.AUTHORITY, "/")
                        .with(TunnelHeaders.PROXY_CONNECTION_UPGRADE.toString(), TunnelHeaders.UPGRADE_CONFIGURATION)
                        .with("content-length", Integer.toString(body.length)),
                push);
        push.stream = stream;
        stream.body(Unpooled.wrappedBuffer(body));
        stream.end(null);
        return push.result;
    }

    @Override
    public void head(Http2Headers headers, boolean last) {
        status = headers.status().toString();
        if (last) {
            end(null);
        }
    }

    @Override
    public void body(ByteBuf data) {
        SimStream from = stream;
        if (from != null) {
            from.consumed(data.readableBytes());
        }
        if (data.readableBytes() <= answer.maxWritableBytes()) {
            answer.writeBytes(data);
        }
        data.release();
    }

    @Override
    public void end(@Nullable Http2Headers trailers) {
        String text = answer.toString(StandardCharsets.UTF_8);
        if (!status.equals("200")) {
            fail("status " + status);
            return;
        }
        try {
            JsonNode error = JSON.readTree(text).path("err");
            if (error.isNull()) {
                result.complete(text);
            } else {
                fail("answer " + text);
            }
        } catch (JsonProcessingException e) {
            fail("answer is not JSON: " + text);
        }
    }

    @Override
    public void reset(long errorCode) {
        fail("stream reset, error code " + errorCode);
    }

    private void fail(String why) {
        result.completeExceptionally(new IllegalStateException("configuration not applied: " + why));
    }
}
