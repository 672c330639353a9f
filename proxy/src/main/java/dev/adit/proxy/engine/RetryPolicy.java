package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import java.util.Set;

/** Whether a request that failed may be sent once more, on a fresh connection. */
final class RetryPolicy {
    /** RFC 9110 §9.2.2, without the methods that usually have a body. */
    private static final Set<String> IDEMPOTENT =
            Set.of("GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PUT", "PROPFIND");

    private RetryPolicy() {}

    /**
     * Yes if the origin has not looked at the request and nothing of its body is lost. Else only if the failure is most
     * likely that the origin closed an idle connection just as it was used again: the connection was reused, no response
     * byte came, no body byte was sent, and a second run would do no harm.
     */
    static boolean mayRetry(Failure failure, String method, boolean reused, boolean bodyStarted) {
        if (failure.kind() == Failure.Kind.UNPROCESSED) {
            return !bodyStarted;
        }
        return failure.kind() == Failure.Kind.RESET_BEFORE_HEAD
                && reused
                && !bodyStarted
                && IDEMPOTENT.contains(method);
    }
}
