package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * {@code /live}: 200 if every event loop comes round within the limit, so that a process that hangs can be told from one
 * without an edge.
 *
 * @param loops all of them
 * @param limit how long a loop may be busy with one turn
 */
record LiveEndpoint(EventExecutorGroup loops, Duration limit) implements Endpoint {
    /** Long after every request of a busy loop has had its turn, and below the limit for an answer. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    @Override
    public CompletionStage<AdminAnswer> answer(AdminRequest request) {
        List<CompletableFuture<Void>> turns = new ArrayList<>();
        for (EventExecutor loop : loops) {
            turns.add(CompletableFuture.runAsync(() -> {}, loop));
        }
        return CompletableFuture.allOf(turns.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> AdminAnswer.text(200, "OK\n"))
                .completeOnTimeout(
                        AdminAnswer.text(503, "an event loop has been busy for " + limit.toSeconds() + "s\n"),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
    }
}
