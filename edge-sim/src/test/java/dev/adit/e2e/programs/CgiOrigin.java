package dev.adit.e2e.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that answers every request by running one CGI program (RFC 3875). */
final class CgiOrigin implements AutoCloseable {
    private final List<String> program;
    private final Map<String, String> environment;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

    CgiOrigin(List<String> program, Map<String, String> environment) throws IOException {
        this.program = program;
        this.environment = environment;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String service() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The requests so far, in the order of their ends. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Forgets the requests so far. */
    void forget() {
        calls.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        builder.environment().putAll(variables(exchange));
        Process process = Program.spawn(builder);
        try (exchange) {
            threads.execute(() -> feed(exchange, process));
            try (InputStream out = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
                pass(exchange, out);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Map<String, String> variables(HttpExchange exchange) {
        Map<String, String> all = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            String variable = name.toUpperCase(Locale.ROOT).replace('-', '_');
            boolean special = variable.equals("CONTENT_TYPE") || variable.equals("CONTENT_LENGTH");
            all.put(special ? variable : "HTTP_" + variable, String.join(", ", values));
        });
        String query = exchange.getRequestURI().getRawQuery();
        all.put("QUERY_STRING", query == null ? "" : query);
        all.put("PATH_INFO", exchange.getRequestURI().getPath());
        all.put("REQUEST_METHOD", exchange.getRequestMethod());
        all.put("SERVER_PROTOCOL", "HTTP/1.1");
        return all;
    }

    private void feed(HttpExchange exchange, Process process) {
        long size = 0;
        try (OutputStream in = process.getOutputStream()) {
            size = exchange.getRequestBody().transferTo(in);
        } catch (IOException e) {
            // The program does not have to read everything.
            size = -1;
        }
        String coding = exchange.getRequestHeaders().getFirst("Transfer-Encoding");
        calls.add(new Call(exchange.getRequestURI().toString(), coding == null ? "" : coding, size));
    }

    private static void pass(HttpExchange exchange, InputStream out) throws IOException {
        int status = 200;
        for (String line = line(out); !line.isEmpty(); line = line(out)) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).trim();
            if (name.equalsIgnoreCase("Status")) {
                status = Integer.parseInt(value.substring(0, 3));
            } else {
                exchange.getResponseHeaders().add(name, value);
            }
        }
        // 0: chunked, for the length is not known.
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            out.transferTo(body);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    /**
     * One request.
     *
     * @param target its path and query
     * @param transferEncoding its transfer coding; empty if there was none
     * @param size bytes of its body, -1 if they were not all read
     */
    record Call(String target, String transferEncoding, long size) {}
}
