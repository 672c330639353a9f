package dev.adit.connector.ingress;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import dev.adit.proxy.route.RouteTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, and the versions of it that the edge pushes. One for the whole process: any connection may
 * bring a push, and any event loop reads the table. Safe for use by many threads; whoever publishes the higher version
 * wins.
 */
public final class RemoteConfig {
    private static final Logger log = LoggerFactory.getLogger(RemoteConfig.class);

    /** Before the first push, so that version 0 is higher. */
    private static final int NO_VERSION = -1;

    private final AtomicReference<State> state;

    public RemoteConfig(Ingress initial) {
        this.state = new AtomicReference<>(new State(NO_VERSION, initial));
    }

    /** The rules in force. */
    public RouteTable routes() {
        return current().ingress.routes();
    }

    /** All that is in force. */
    public Ingress ingress() {
        return current().ingress;
    }

    /** The version in force, -1 before the first push. */
    public int version() {
        return current().version;
    }

    /**
     * Applies a push if it is newer and valid. Reads the files that it names, so this is not for an event loop.
     *
     * @param body {@code {"version":N,"config":{…}}}
     * @return the answer for the edge, null if the body is unreadable: answer 502
     */
    public byte @Nullable [] apply(byte[] body) {
        ConfigNode push;
        try {
            push = ConfigNode.json("remote configuration", new String(body, StandardCharsets.UTF_8));
        } catch (InvalidConfig e) {
            log.warn("unreadable remote configuration bytes={}", body.length);
            return null;
        }
        Integer version = push.isMap() ? push.integer("version", Integer.MIN_VALUE, Integer.MAX_VALUE) : null;
        if (version == null) {
            log.warn("remote configuration without version bytes={}", body.length);
            return null;
        }
        if (version <= version()) {
            log.debug("remote configuration is not newer version={} current={}", version, version());
            return answer(List.of());
        }
        return apply(push, version, digest(body));
    }

    private byte[] apply(ConfigNode push, int version, String digest) {
        Ingress ingress;
        try {
            ingress = IngressReader.remote(config(push));
        } catch (InvalidConfig e) {
            log.error(
                    "Failed to update ingress version={} sha256={} error=\"{}\"",
                    version,
                    digest,
                    String.join("; ", e.problems()));
            return answer(e.problems());
        }
        if (publish(new State(version, ingress))) {
            log.info(
                    "Updated to new configuration version={} rules={} sha256={}",
                    version,
                    ingress.rules().size(),
                    digest);
            ingress.warnings().forEach(warning -> log.warn("remote configuration: {}", warning));
        }
        return answer(List.of());
    }

    private static ConfigNode config(ConfigNode push) {
        ConfigNode config = push.map("config");
        if (config == null) {
            push.problem("config", "is missing");
            push.problems().throwIfAny();
            throw new IllegalStateException("a problem was just noted");
        }
        return config;
    }

    /** Whether the state is now in force; it is not if another connection brought a higher version meanwhile. */
    private boolean publish(State next) {
        State current = current();
        while (current.version < next.version) {
            if (state.compareAndSet(current, next)) {
                return true;
            }
            current = current();
        }
        return false;
    }

    private State current() {
        return Objects.requireNonNull(state.get());
    }

    private byte[] answer(List<String> problems) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("lastAppliedVersion", version());
            if (problems.isEmpty()) {
                json.writeNullField("err");
            } else {
                json.writeObjectFieldStart("err");
                json.writeStringField("message", String.join("\n", problems));
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a ByteArrayOutputStream does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** Enough of the SHA-256 to tell two configurations apart. */
    private static String digest(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What is published as one. */
    private record State(int version, Ingress ingress) {}
}
