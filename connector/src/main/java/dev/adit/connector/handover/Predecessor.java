package dev.adit.connector.handover;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process that serves a tunnel so far, as the one that takes over sees it: through the socket by which the processes of
 * one tunnel find each other. Blocks.
 *
 * @param socket where it listens
 * @param pid its number
 */
public record Predecessor(Path socket, long pid) {
    private static final String PATH = "/takeover";
    private static final String PID = "pid";

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(5);

    /** It closes its listeners before it answers. */
    private static final Duration YIELD_LIMIT = Duration.ofSeconds(20);

    /** What the kernel takes as the path of a socket, with the zero at its end; unix(7). */
    private static final int MAX_PATH_BYTES = 108;

    /**
     * The socket of {@code tunnel} in {@code directory}.
     *
     * @throws IllegalArgumentException if no socket can have so long a path
     */
    public static Path socket(Path directory, UUID tunnel) {
        Path socket = directory.toAbsolutePath().resolve("adit-" + tunnel + ".sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length >= MAX_PATH_BYTES) {
            throw new IllegalArgumentException("the path of a socket has at most " + (MAX_PATH_BYTES - 1)
                    + " bytes, which " + socket + " exceeds");
        }
        return socket;
    }

    /** The process that listens at {@code socket}; null if none does, so that there is nothing to take over. */
    public static @Nullable Predecessor find(Path socket) {
        if (!Files.exists(socket)) {
            return null;
        }
        try {
            AdminAnswer answer = client(socket).ask("GET", PATH, LOOK_LIMIT);
            return answer.status() == 200
                    ? new Predecessor(socket, Long.parseLong(answer.body().strip()))
                    : null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * Makes the process stop listening on this machine, and end when its requests have.
     *
     * @throws IOException if it does not answer that it will
     */
    public void yieldTo(long successor) throws IOException {
        AdminAnswer answer = client(socket).ask("POST", PATH + "?" + PID + "=" + successor, YIELD_LIMIT);
        if (answer.status() != 200) {
            throw new IOException("it answers " + answer.status());
        }
    }

    /**
     * What lets others find this process and take over from it.
     *
     * @param pid of this process
     * @param yielding stops listening and starts to drain; gets the number of the process that takes over, and the answer waits
     *     for what it gives
     */
    public static Endpoints endpoints(long pid, Function<String, CompletionStage<Void>> yielding) {
        AdminAnswer self = AdminAnswer.text(200, pid + "\n");
        return new Endpoints().get(PATH, Endpoint.now(request -> self)).add("POST", PATH, request -> {
            List<String> successor = request.query().getOrDefault(PID, List.of());
            if (successor.size() != 1 || !successor.get(0).matches("[0-9]{1,10}")) {
                return Endpoint.now(any -> AdminAnswer.text(400, "pid is missing\n"))
                        .answer(request);
            }
            return yielding.apply(successor.get(0)).thenApply(done -> self);
        });
    }

    private static AdminClient client(Path socket) {
        return AdminClient.of(new AdminAddress.Unix(socket));
    }
}
