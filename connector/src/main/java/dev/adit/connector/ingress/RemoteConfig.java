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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force: the rules of this machine, or those that the edge pushed, which count before them. One for the
 * whole process: any connection may bring a push, and any event loop reads the table. Safe for use by many threads; whoever
 * publishes the higher version wins.
 *
 * <p>A push is saved, and what an earlier process saved is in force from the start. As only the edge knows whether it still
 * holds, the first push to this process replaces it whatever its version, and it goes if the edge says that it does not manage
 * the tunnel.
 */
public final class RemoteConfig {
    private static final Logger log = LoggerFactory.getLogger(RemoteConfig.class);

    /** Before the first push, so that version 0 is higher. */
    private static final int NO_VERSION = -1;

    private final AtomicReference<State> state;
    private final @Nullable SavedConfig saved;
    private volatile Consumer<Ingress> listener = ingress -> {};

    /** Starts with {@code local} and forgets pushes when the process ends. */
    public RemoteConfig(Ingress local) {
        saved = null;
        state = new AtomicReference<>(new State(local, null));
    }

    /** Starts with what is in {@code saved}, or with {@code local} if that is nothing of use; saves pushes. Reads files. */
    public RemoteConfig(Ingress local, SavedConfig saved) {
        this.saved = saved;
        state = new AtomicReference<>(new State(local, restored(saved)));
    }

    /** Tells {@code told} what is in force now, and again whenever that changes, on whatever thread changes it. */
    public void onChange(Consumer<Ingress> told) {
        listener = told;
        told.accept(ingress());
    }

    /** The rules in force. */
    public RouteTable routes() {
        return current().ingress().routes();
    }

    /** All that is in force. */
    public Ingress ingress() {
        return current().ingress();
    }

    /** The version in force, -1 as long as no push is. */
    public int version() {
        return current().version();
    }

    /** Replaces the rules of this machine; whether they are in force, which those of the edge prevent. */
    public boolean replaceLocal(Ingress local) {
        State now = state.updateAndGet(before -> new State(local, before.push));
        listener.accept(now.ingress());
        return now.push == null;
    }

    /** The edge says that it has no configuration for this tunnel, so what an earlier process got from it is void. */
    public void notManagedByEdge() {
        State before =
                state.getAndUpdate(now -> now.push != null && !now.push.confirmed ? new State(now.local, null) : now);
        if (before.push != null && !before.push.confirmed) {
            log.info("The edge does not manage this tunnel, so the saved configuration is put aside");
        }
    }

    /**
     * Applies a push if it is newer and valid. Reads the files that it names, so this is not for an event loop.
     *
     * @param body {@code {"version":N,"config":{…}}}
     * @return the answer for the edge, null if the body is unreadable: answer 502
     */
    public byte @Nullable [] apply(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        ConfigNode push;
        try {
            push = ConfigNode.json("remote configuration", text);
        } catch (InvalidConfig e) {
            log.error("Failed to deserialize new configuration: it is unreadable bytes={}", body.length);
            return null;
        }
        Integer version = version(push);
        if (version == null) {
            log.error("Failed to deserialize new configuration: it has no version bytes={}", body.length);
            return null;
        }
        State current = current();
        if (!current.isOlderThan(version)) {
            log.debug("remote configuration is not newer current_version={} received_version={}", version(), version);
            return answer(List.of());
        }
        if (current.push != null && current.push.text.equals(text)) {
            confirm(current.push);
            return answer(List.of());
        }
        return apply(push, version, text);
    }

    /** As before the restart, so nothing is built anew. */
    private void confirm(Push known) {
        if (publish(new Push(known.version, known.ingress, known.text, true))) {
            log.info("The edge confirms the saved configuration version={} sha256={}", known.version, known.digest());
        }
    }

    private byte[] apply(ConfigNode push, int version, String text) {
        Ingress ingress;
        String digest = digest(text);
        try {
            ingress = IngressReader.remote(config(push));
        } catch (InvalidConfig e) {
            log.error(
                    "Failed to update ingress: {} version={} sha256={}",
                    String.join("; ", e.problems()),
                    version,
                    digest);
            return answer(e.problems());
        }
        if (publish(new Push(version, ingress, text, true))) {
            log.info(
                    "Updated to new configuration version={} rules={} sha256={}",
                    version,
                    ingress.rules().size(),
                    digest);
            ingress.warnings().forEach(warning -> log.warn("remote configuration: {}", warning));
            save();
        }
        return answer(List.of());
    }

    private static @Nullable Push restored(SavedConfig saved) {
        String text = saved.read();
        if (text == null) {
            return null;
        }
        try {
            ConfigNode document = ConfigNode.json(saved.file().toString(), text);
            Integer version = version(document);
            if (version == null) {
                log.warn("saved configuration is ignored, it has no version file={}", saved.file());
                return null;
            }
            Push push = new Push(version, IngressReader.remote(config(document)), text, false);
            log.info(
                    "Serving the configuration that the edge sent before version={} rules={} sha256={}",
                    version,
                    push.ingress.rules().size(),
                    push.digest());
            return push;
        } catch (InvalidConfig e) {
            log.warn("saved configuration is ignored: {}", String.join("; ", e.problems()));
            return null;
        }
    }

    /** Saves what is in force; whoever is overtaken by a newer push saves that one too, so it is what stays. */
    private void save() {
        SavedConfig file = saved;
        if (file == null) {
            return;
        }
        for (Push written = null, now = current().push; now != null && !now.equals(written); now = current().push) {
            file.write(now.text);
            written = now;
        }
    }

    private static @Nullable Integer version(ConfigNode push) {
        return push.isMap() ? push.integer("version", Integer.MIN_VALUE, Integer.MAX_VALUE) : null;
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

    /** Whether the push is now in force; it is not if another connection brought a higher version meanwhile. */
    private boolean publish(Push next) {
        State now = current();
        while (now.isOlderThan(next.version)) {
            if (state.compareAndSet(now, new State(now.local, next))) {
                listener.accept(next.ingress);
                return true;
            }
            now = current();
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
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * A configuration of the edge.
     *
     * @param text the push as it came
     * @param confirmed whether this process got it from the edge, not an earlier one
     */
    private record Push(int version, Ingress ingress, String text, boolean confirmed) {
        String digest() {
            return RemoteConfig.digest(text);
        }
    }

    /**
     * What is published as one.
     *
     * @param local the rules of this machine
     * @param push those of the edge, which count before them; null if there are none
     */
    private record State(Ingress local, @Nullable Push push) {
        Ingress ingress() {
            return push == null ? local : push.ingress;
        }

        int version() {
            return push == null ? NO_VERSION : push.version;
        }

        boolean isOlderThan(int version) {
            int known = push != null && push.confirmed ? push.version : NO_VERSION;
            return version > known;
        }
    }
}
