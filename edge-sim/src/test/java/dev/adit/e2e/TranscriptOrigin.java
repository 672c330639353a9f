package dev.adit.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The origin of the transcripts: answers each path with the bytes that the recorded one must have sent. */
final class TranscriptOrigin implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;
    /** What the recorded origin had read of the body before it answered 413. */
    private static final int NOREAD_BYTES = 10_000;

    static final int BIG_BYTES = 100_000;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    // By path: a request whose stream was reset may reach the origin when the next one is awaited already.
    private final Map<String, BlockingQueue<OriginExchange>> exchanges = new ConcurrentHashMap<>();

    TranscriptOrigin() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("origin-accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The next request for {@code path}. */
    OriginExchange next(String path) throws InterruptedException {
        OriginExchange exchange = of(path).poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (exchange == null) {
            throw new IllegalStateException("no request for " + path + " reached the origin");
        }
        return exchange;
    }

    /** The next request for {@code path}, if it is here already. */
    @Nullable
    OriginExchange poll(String path) {
        return of(path).poll();
    }

    private BlockingQueue<OriginExchange> of(String path) {
        return exchanges.computeIfAbsent(path, unused -> new LinkedBlockingQueue<>());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket socket = listener.accept();
                open.add(socket);
                thread("origin-" + socket.getPort(), () -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean more = true;
            while (more) {
                List<String> head = readLines(in);
                if (head.isEmpty()) {
                    return;
                }
                OriginExchange exchange = new OriginExchange(head);
                of(exchange.path()).add(exchange);
                more = new Turn(exchange, socket, in, out).run();
            }
        } catch (IOException | UncheckedIOException e) {
            // The connector closed it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /** Lines up to an empty one; none at the end of the input. */
    private static List<String> readLines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n') {
            if (c != '\r') {
                line.append((char) c);
            }
            c = in.read();
        }
        return line.toString();
    }

    /** One request and its answer. */
    private record Turn(OriginExchange exchange, Socket socket, InputStream in, OutputStream out) {
        /** Whether the connection takes another request. */
        boolean run() throws IOException, InterruptedException {
            if (exchange.path().equals("/noread")) {
                in.readNBytes(NOREAD_BYTES);
                answer("413 Content Too Large", "Content-Length: 3\r\n", "big");
                return false;
            }
            readBody();
            return switch (exchange.path()) {
                case "/plain", "/plain-noua" ->
                    answer("200 OK", "Content-Length: 5\r\nContent-Type: text/html\r\n", "hello");
                case "/big" -> answer("200 OK", "Content-Length: " + BIG_BYTES + "\r\n", "x".repeat(BIG_BYTES));
                case "/chunked" -> {
                    answer("200 OK", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n");
                    exchange.pause();
                    yield write("2\r\nde\r\n0\r\n\r\n");
                }
                case "/trailers" ->
                    answer(
                            "200 OK",
                            "Transfer-Encoding: chunked\r\nTrailer: X-T1, X-T2\r\n",
                            "3\r\nabc\r\n0\r\nX-T1: one\r\nX-T2: two\r\nX-T3: undeclared\r\n\r\n");
                case "/204" -> answer("204 No Content", "X-A: b\r\n", "");
                case "/304" -> answer("304 Not Modified", "Etag: \"x\"\r\nContent-Length: 77\r\n", "");
                case "/head" -> answer("200 OK", "Content-Length: 4321\r\n", "");
                case "/empty" -> answer("200 OK", "Content-Length: 0\r\n", "");
                case "/1xx" -> {
                    write("HTTP/1.1 100 Continue\r\n\r\n");
                    write("HTTP/1.1 102 Processing\r\n\r\n");
                    write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                    yield answer("200 OK", "Content-Length: 2\r\n", "ok");
                }
                case "/hop" -> {
                    answer("200 OK", hopFields(), "ok");
                    yield false;
                }
                case "/close" -> {
                    answer("200 OK", "Connection: close\r\n", "until-close");
                    yield false;
                }
                case "/short" -> {
                    answer("200 OK", "Content-Length: 10\r\n", "abc");
                    yield false;
                }
                case "/sse" -> {
                    answer("200 OK", "Content-Type: text/event-stream\r\nContent-Length: 1000\r\n", "data: 1\n\n");
                    exchange.pause();
                    write("data: 2\n\n");
                    exchange.pause();
                    yield false;
                }
                case "/bufd" -> {
                    answer("200 OK", "Content-Length: 1000\r\nContent-Type: text/plain\r\n", "first");
                    exchange.pause();
                    yield write("y".repeat(995));
                }
                case "/reset" -> {
                    socket.setSoLinger(true, 0);
                    yield false;
                }
                case "/slow" -> {
                    int more = in.read();
                    exchange.events().add(more < 0 ? "gone" : "byte " + more);
                    yield false;
                }
                default -> answer("200 OK", "Content-Length: 2\r\n", "ok");
            };
        }

        private static String hopFields() {
            return String.join(
                    "\r\n",
                    "Connection: close",
                    "Upgrade: foo",
                    "Set-Cookie: a=1",
                    "Set-Cookie: b=2",
                    "Sec-Websocket-Accept: zzz",
                    "X-Utf8: caf\u00c3\u00a9",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: x",
                    "Server: o",
                    "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                    "Cf-Int-Cloudflared-Tracing: trace-value",
                    "Cf-Int-Other: 1",
                    "Cf-Cloudflared-Other: 1",
                    "Cf-Proxy-Other: 1",
                    "Content-Length: 2\r\n");
        }

        private boolean answer(String status, String fields, String body) throws IOException {
            return write("HTTP/1.1 " + status + "\r\n" + fields + "\r\n" + body);
        }

        private boolean write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return true;
        }

        private void readBody() throws IOException {
            if (exchange.field("Transfer-Encoding").equals("chunked")) {
                readChunks();
                return;
            }
            String length = exchange.field("Content-Length");
            if (!length.isEmpty() && !length.equals("0")) {
                int read = in.readNBytes(Integer.parseInt(length)).length;
                exchange.events().add("length " + read + "/" + length);
            }
        }

        private void readChunks() throws IOException {
            int size = Integer.parseInt(readLine(in), 16);
            while (size > 0) {
                exchange.events().add("chunk " + new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
                readLine(in);
                size = Integer.parseInt(readLine(in), 16);
            }
            readLines(in).forEach(trailer -> exchange.events().add("trailer " + trailer));
            exchange.events().add("end");
        }
    }
}
