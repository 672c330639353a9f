package dev.adit.e2e.programs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 origin that keeps each request as its bytes came, and answers with bytes of the test's choice. */
final class RawOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final Answer answer;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    RawOrigin(Answer answer) throws IOException {
        this.answer = answer;
        server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        inThread(this::accept);
    }

    String service() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The next request that was complete. */
    Request next() throws InterruptedException {
        Duration limit = Duration.ofSeconds(20);
        Request request = requests.poll(limit.toSeconds(), TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("the origin got no request within " + limit);
        }
        return request;
    }

    /** Forgets the requests so far. */
    void forget() {
        requests.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket socket = server.accept();
            sockets.add(socket);
            inThread(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
            for (String head = head(in); head != null; head = head(in)) {
                Request request = body(head, in);
                requests.add(request);
                answer.write(request, out);
                out.flush();
            }
        } finally {
            sockets.remove(socket);
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static Request body(String head, InputStream in) throws IOException {
        MessageDigest digest = Noise.newSha256();
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        Request blank = new Request(head, 0, "", "");
        String length = blank.field("content-length");
        long size = 0;
        if (blank.field("transfer-encoding").equals("chunked")) {
            for (long chunk = chunkSize(in); chunk > 0; chunk = chunkSize(in)) {
                copy(in, chunk, digest, start);
                size += chunk;
                line(in);
            }
            line(in);
        } else if (!length.isEmpty()) {
            size = Long.parseLong(length);
            copy(in, size, digest, start);
        }
        return new Request(
                head, size, HexFormat.of().formatHex(digest.digest()), start.toString(StandardCharsets.ISO_8859_1));
    }

    private static long chunkSize(InputStream in) throws IOException {
        return Long.parseLong(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("in a line of a body");
            }
            line.append((char) next);
        }
        return line.toString().trim();
    }

    private static void copy(InputStream in, long size, MessageDigest digest, ByteArrayOutputStream start)
            throws IOException {
        byte[] block = new byte[1 << 16];
        for (long left = size; left > 0; ) {
            int n = in.read(block, 0, (int) Math.min(block.length, left));
            if (n < 0) {
                throw new EOFException(left + " bytes of the body are missing");
            }
            digest.update(block, 0, n);
            start.write(block, 0, Math.min(n, Math.max(0, 1000 - start.size())));
            left -= n;
        }
    }

    private static void inThread(Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        // The other side left, or the test is over.
                        Thread.currentThread().interrupt();
                    }
                },
                "raw origin");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is done until a socket closes. */
    @FunctionalInterface
    private interface Loop {
        void run() throws IOException;
    }

    /** Writes the whole response to a request. */
    @FunctionalInterface
    interface Answer {
        void write(Request request, OutputStream out) throws IOException;
    }

    /**
     * A request as it came.
     *
     * @param head request line and fields, one char a byte, with both line ends at the end
     * @param size bytes of its body
     * @param sha256 digest of its body, in hex
     * @param bodyStart the first 1000 bytes of its body, one char a byte
     */
    record Request(String head, long size, String sha256, String bodyStart) {
        /** The request line. */
        String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** All field lines, names in lower case, values as they came. */
        List<String> fields() {
            return head.lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .map(line -> {
                        int colon = line.indexOf(':');
                        return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
                    })
                    .toList();
        }

        /** The value of the first field called {@code name}; empty if there is none. */
        String field(String name) {
            return fields().stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }
}
