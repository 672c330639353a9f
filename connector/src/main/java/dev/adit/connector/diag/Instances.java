package dev.adit.connector.diag;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Asks connectors on this machine by their local HTTP server. Blocks. */
public final class Instances {
    /** cloudflared's limit for one request. */
    static final Duration ANSWER = Duration.ofSeconds(15);

    private static final int FIRST_PORT = 20_241;
    private static final int PORTS = 5;

    private final Duration limit;

    public Instances() {
        this(ANSWER);
    }

    /** With another limit for one request. */
    Instances(Duration limit) {
        this.limit = limit;
    }

    /** Where connectors listen that were not told where. */
    public static List<AdminAddress> usual() {
        return IntStream.range(FIRST_PORT, FIRST_PORT + PORTS)
                .<AdminAddress>mapToObj(port -> new AdminAddress.Tcp("localhost", port))
                .toList();
    }

    /**
     * A connector that answers.
     *
     * @param address of its local HTTP server
     * @param tunnelId the tunnel that it serves
     * @param connectorId itself
     */
    public record Instance(AdminAddress address, String tunnelId, String connectorId) {}

    /** Those of {@code addresses} at which a connector answers; all are asked at the same time. */
    public List<Instance> find(List<AdminAddress> addresses) {
        ExecutorService asking = Executors.newCachedThreadPool(new DefaultThreadFactory("adit-find", true));
        try {
            List<CompletableFuture<@Nullable Instance>> answers = new ArrayList<>();
            addresses.forEach(address -> answers.add(CompletableFuture.supplyAsync(() -> at(address), asking)));
            List<Instance> found = new ArrayList<>();
            for (CompletableFuture<@Nullable Instance> answer : answers) {
                Instance instance = answer.join();
                if (instance != null) {
                    found.add(instance);
                }
            }
            return found;
        } finally {
            asking.shutdown();
        }
    }

    private @Nullable Instance at(AdminAddress address) {
        try {
            ConfigNode document = ConfigNode.json(
                    address.toString(), new String(get(address, "/diag/tunnel"), StandardCharsets.UTF_8));
            String tunnel = document.isMap() ? document.string("tunnelID") : null;
            String connector = document.isMap() ? document.string("connectorID") : null;
            return tunnel == null || connector == null ? null : new Instance(address, tunnel, connector);
        } catch (IOException | InvalidConfig e) {
            return null;
        }
    }

    /**
     * The answer to a GET.
     *
     * @throws IOException if there is none in time, or none with status 200; the message says which
     */
    public byte[] get(AdminAddress address, String path) throws IOException {
        AdminAnswer answer = AdminClient.of(address).ask("GET", path, limit);
        if (answer.status() != 200) {
            throw new IOException(path + " answered with status " + answer.status());
        }
        return answer.bytes();
    }
}
