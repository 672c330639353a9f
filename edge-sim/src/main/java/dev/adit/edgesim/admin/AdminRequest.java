package dev.adit.edgesim.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that has passed all checks: host, origin, authority, size and route. Immutable. */
public final class AdminRequest {
    // Configurations nest five deep; JSON bombs a hundred thousand.
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_DIGITS = 40;
    private static final int MAX_NAME_CHARS = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_DIGITS)
                            .maxNameLength(MAX_NAME_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String method;
    private final Target target;
    private final Map<String, String> parameters;
    private final HttpHeaders headers;
    private final byte[] body;

    AdminRequest(Admission admission, byte[] body) {
        method = admission.method();
        target = admission.target();
        parameters = admission.match().parameters();
        headers = admission.headers();
        this.body = body;
    }

    /** GET, POST and so on; a HEAD request is a GET here. */
    public String method() {
        return method;
    }

    /** The parts of the path between slashes, decoded. */
    public List<String> segments() {
        return target.segments();
    }

    /** What stands in the path where the route's pattern has {@code {name}}. */
    public String param(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** A parameter of the query; null if it is missing. */
    public @Nullable String query(String name) {
        return target.query().get(name);
    }

    /** A header field, its name in any case; null if it is missing. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The body's bytes, a copy. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as a JSON object; throws {@link Rejection} if it is none. */
    public ObjectNode json() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            JsonNode node = JSON.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new Rejection(400, 1001, "The body must be a JSON object.");
        } catch (CharacterCodingException e) {
            throw new Rejection(400, 1001, "The body is not UTF-8.");
        } catch (JsonProcessingException e) {
            throw new Rejection(400, 1001, "The body is not JSON: " + e.getOriginalMessage());
        }
    }
}
