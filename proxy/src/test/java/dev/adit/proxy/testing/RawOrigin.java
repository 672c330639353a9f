package dev.adit.proxy.testing;

import dev.adit.proxy.route.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** An origin that does on its sockets exactly what a test says, right or wrong. */
public final class RawOrigin implements AutoCloseable {
    /** What happens on one connection; it is closed when the script returns. */
    @FunctionalInterface
    public interface Script {
        void serve(RawPeer peer) throws Exception;
    }

    private final ServerSocket server;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-origin");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** Listens on a free loopback port and runs {@code script} for each connection. */
    public RawOrigin(Script script) {
        this(ServerSocketFactory.getDefault(), script);
    }

    private RawOrigin(ServerSocketFactory sockets, Script script) {
        this.script = script;
        try {
            server = sockets.createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** An origin behind TLS. */
    public static RawOrigin overTls(SSLContext context, Script script) {
        return new RawOrigin(context.getServerSocketFactory(), script);
    }

    /** An origin that gives the n-th connection the n-th script, and closes further ones. */
    public static RawOrigin each(Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        return new RawOrigin(peer -> {
            int n = next.getAndIncrement();
            if (n < scripts.length) {
                scripts[n].serve(peer);
            }
        });
    }

    /** An origin that answers every request of every connection with {@code response}, bodies of requests unread. */
    public static RawOrigin answering(String response) {
        return new RawOrigin(peer -> {
            while (true) {
                peer.readHead();
                peer.write(response);
            }
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    /** This origin as the target of a rule. */
    public Target.HttpOrigin target() {
        return new Target.HttpOrigin(false, "127.0.0.1", port());
    }

    /** How many connections there have been. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections are open, seen from this side. */
    public int open() {
        return open.size();
    }

    private void accept() {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                return;
            }
            accepted.incrementAndGet();
            open.add(socket);
            threads.execute(() -> serve(socket));
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.serve(new RawPeer(socket));
        } catch (IOException e) {
            // The connection ended: whether it should have is seen from the other side.
        } catch (Exception | AssertionError e) {
            failures.add(e);
        } finally {
            open.remove(socket);
        }
    }

    /** Closes all sockets; fails if an assertion in a script did. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
            threads.shutdownNow();
            if (!threads.awaitTermination(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a script does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (Throwable failure : failures) {
            // Interrupted here, by the end of the test.
            if (!(failure instanceof InterruptedException) && !(failure.getCause() instanceof InterruptedException)) {
                throw new AssertionError("the origin's script failed", failure);
            }
        }
    }
}
