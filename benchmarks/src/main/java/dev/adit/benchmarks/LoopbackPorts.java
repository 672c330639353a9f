package dev.adit.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/**
 * Where the origins listen.
 *
 * @param origin port of the files and the small answer
 * @param sink port of what swallows uploads
 */
record LoopbackPorts(int origin, int sink) {
    private static final int CONNECT_MILLIS = 200;
    private static final int PAUSE_MILLIS = 20;

    /** A port that nobody uses now; Nginx can't choose one by itself. */
    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns when somebody listens on {@code port}. */
    static void await(int port, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("nobody listens on port " + port, e);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }
}
