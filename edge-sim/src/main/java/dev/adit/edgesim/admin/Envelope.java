package dev.adit.edgesim.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The wrapper that Cloudflare's API puts around every answer. */
public final class Envelope {
    private Envelope() {}

    /** {@code result}, with success. */
    public static AdminAnswer of(@Nullable JsonNode result) {
        return AdminAnswer.json(200, wrap(result));
    }

    /** One error. */
    public static AdminAnswer error(int status, int code, String message) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("success", false);
        envelope.putArray("errors").addObject().put("code", code).put("message", message);
        envelope.putArray("messages");
        envelope.putNull("result");
        return AdminAnswer.json(status, envelope);
    }

    /** The wrapper with {@code result} and success, for those who add to it. */
    public static ObjectNode wrap(@Nullable JsonNode result) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("success", true);
        envelope.putArray("errors");
        envelope.putArray("messages");
        envelope.set("result", result == null ? JsonNodeFactory.instance.nullNode() : result);
        return envelope;
    }
}
