package dev.adit.connector.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Answers the requests for one path. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers {@code request}. Called on the server's event loop, so it must not block; the answer may come later and on any
     * thread, but the client waits no longer than {@link AdminServer#LIMIT}.
     */
    CompletionStage<AdminAnswer> answer(AdminRequest request);

    /** One that answers only users of this machine, who ask on loopback or on a Unix domain socket; others get 403. */
    static Endpoint local(Endpoint guarded) {
        return request -> request.local()
                ? guarded.answer(request)
                : CompletableFuture.completedFuture(AdminAnswer.text(
                        403,
                        "only users of this machine may ask for this, at a loopback address or localhost, or on a Unix"
                                + " socket\n"));
    }

    /** One that has its answers at hand. */
    static Endpoint now(Function<AdminRequest, AdminAnswer> answers) {
        return request -> CompletableFuture.completedFuture(answers.apply(request));
    }

    /** One that must read files or compute for long, and does so on {@code executor}. */
    static Endpoint on(Executor executor, Function<AdminRequest, AdminAnswer> answers) {
        return request -> CompletableFuture.supplyAsync(() -> answers.apply(request), executor);
    }
}
