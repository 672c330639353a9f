package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP/2 connections to one origin: as few as its limits on streams allow, since one is dialed at a time and all who
 * wait share it. An origin that chooses HTTP/1.1 gets connections of that kind.
 */
final class Http2Pool implements OriginPool, Dialed {
    private final UpstreamKey key;
    private final Dialer dialer;
    private final UpstreamPool http1;
    private final Runnable whenEmpty;
    private final List<Http2Session> sessions = new ArrayList<>(1);
    private final ArrayDeque<UpstreamListener> waiting = new ArrayDeque<>();
    private boolean dialing;
    private boolean choseHttp1;

    /** Keeps HTTP/1.1 connections in {@code http1}. */
    Http2Pool(UpstreamKey key, Dialer dialer, UpstreamPool http1, Runnable whenEmpty) {
        this.key = key;
        this.dialer = dialer;
        this.http1 = http1;
        this.whenEmpty = whenEmpty;
    }

    @Override
    public void acquire(UpstreamListener listener) {
        for (Http2Session session : sessions) {
            if (session.takesStreams()) {
                session.open(listener);
                return;
            }
        }
        if (choseHttp1) {
            http1.acquire(listener);
        } else {
            waiting.add(listener);
            dialForThoseWhoWait();
        }
    }

    /** A session that has failed takes no streams any more. */
    @Override
    public void dial(UpstreamListener listener) {
        if (choseHttp1) {
            http1.dial(listener);
        } else {
            acquire(listener);
        }
    }

    private void dialForThoseWhoWait() {
        if (!dialing && !waiting.isEmpty()) {
            dialing = true;
            dialer.dial(key, http1, address -> true, this);
        }
    }

    @Override
    public void http1(Http1Connection connection) {
        dialing = false;
        choseHttp1 = true;
        http1.adopt(connection);
        UpstreamListener first = waiting.poll();
        if (first == null) {
            connection.release();
        } else {
            connection.use(first, false);
        }
        for (UpstreamListener next = waiting.poll(); next != null; next = waiting.poll()) {
            http1.acquire(next);
        }
    }

    @Override
    public void http2(Http2Session session) {
        dialing = false;
        sessions.add(session);
        session.whenGone(() -> gone(session));
        while (!waiting.isEmpty() && session.takesStreams()) {
            session.open(waiting.remove());
        }
        dialForThoseWhoWait();
    }

    @Override
    public void failed(Failure failure) {
        dialing = false;
        List<UpstreamListener> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(listener -> listener.upstreamFailed(failure));
        removeIfEmpty();
    }

    private void gone(Http2Session session) {
        sessions.remove(session);
        removeIfEmpty();
    }

    private void removeIfEmpty() {
        if (sessions.isEmpty() && !dialing && !choseHttp1) {
            whenEmpty.run();
        }
    }
}
