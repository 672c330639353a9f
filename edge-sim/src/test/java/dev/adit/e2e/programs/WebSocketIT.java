package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets between a client and a server of Python's {@code websockets}, Debian's package of it. */
@Tag("programs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class WebSocketIT {
    private static final String HOST = "ws.example.test";
    private static final String TCP_HOST = "tcp.example.test";
    // Not the first python3 on the path, which may be one without Debian's packages.
    private static final String PYTHON = "/usr/bin/python3";

    private final Running running = new Running();
    private Path directory;
    private Chain chain;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Program server = running.add(Program.start(directory, List.of(PYTHON, "-u", script("websocket_server.py"))));
        String port = server.await(Pattern.compile("listening on ([0-9]+)"), Duration.ofSeconds(30))
                .group(1);
        ServerSocket echo = running.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(() -> serve(echo), "echo");
        thread.setDaemon(true);
        thread.start();
        chain = running.add(Chain.start(
                directory,
                Map.of(HOST, "http://127.0.0.1:" + port, TCP_HOST, "tcp://127.0.0.1:" + echo.getLocalPort())));
    }

    @AfterAll
    void stop() {
        running.close();
    }

    /** Sends back what it gets, one connection after the other. */
    private static void serve(ServerSocket echo) {
        while (!echo.isClosed()) {
            try (Socket socket = echo.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                // Whether a connection should have ended is for the client to say.
            }
        }
    }

    private String script(String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = Objects.requireNonNull(WebSocketIT.class.getResourceAsStream(name), name)) {
            Files.copy(in, file);
        }
        return file.toString();
    }

    // Each is a function of the client, which checks everything itself.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sizes",
                "sizes_with_deflate",
                "pings_from_both_sides",
                "subprotocol_and_headers",
                "refusal_of_the_handshake",
                "close_by_client",
                "close_by_server",
                "break_by_client",
                "break_by_server",
                "twenty_at_once"
            })
    void passes(String scenario) throws IOException {
        pass(scenario, HOST);
    }

    /** As Access clients do; the largest messages are 4 MiB. */
    @Test
    void carriesTheBytesOfATcpService() throws IOException {
        pass("bytes_of_a_tcp_service", TCP_HOST);
    }

    private void pass(String scenario, String host) throws IOException {
        Path client = directory.resolve("websocket_client.py");
        if (!Files.exists(client)) {
            script("websocket_client.py");
        }
        Command.Outcome outcome = Command.of(
                        directory,
                        PYTHON,
                        client.toString(),
                        scenario,
                        host,
                        Integer.toString(chain.sim().ports().https()),
                        chain.authority().toString())
                .run()
                .ok();

        assertThat(outcome.text()).isEqualTo("passed " + scenario + "\n");
    }
}
