package dev.adit.edgesim.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endless answers, and clients that are too slow for them or for anything else. */
@Timeout(60)
class AnswerStreamTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<AnswerStream> streams = new LinkedBlockingQueue<>();
    private int port;

    @BeforeEach
    void start() {
        Routes routes = new Routes().add(Access.OPEN, "GET /events", request -> AdminAnswer.events(streams::add));
        AdminLimits limits = new AdminLimits(Duration.ofMillis(500), 16, 1, 16 * 1024);
        AdminServer server =
                new AdminServer(new AdminSettings(routes, ApiToken.random(), ApiToken.random(), Set.of(), limits));
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(server)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void goesOnUntilTheReaderLeaves() throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try (Socket client = ask("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            AnswerStream stream = next();
            group.next().submit(() -> stream.onGone(() -> gone.complete(null))).syncUninterruptibly();
            group.next().submit(() -> stream.send("data: one\n\n")).syncUninterruptibly();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            assertThat(line).isEqualTo("HTTP/1.1 200 OK");
            while (!line.equals("data: one")) {
                line = in.readLine();
                assertThat(line).isNotNull();
            }
            try (Socket second = ask("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
                assertThat(new String(second.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                        .isEqualTo("HTTP/1.1 503");
            }
        }
        gone.get(10, TimeUnit.SECONDS);
    }

    @Test
    void sendsASlowReaderAway() throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try (Socket client = ask("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            AnswerStream stream = next();
            group.next().submit(() -> stream.onGone(() -> gone.complete(null))).syncUninterruptibly();
            flood(stream);

            gone.get(20, TimeUnit.SECONDS);
            assertThat(client.isConnected()).isTrue();
        }
    }

    // More than any socket buffer holds, in turns of the loop of its own so that the channel can flush between them.
    private void flood(AnswerStream stream) {
        group.next().execute(() -> {
            if (stream.send("x".repeat(4_096))) {
                flood(stream);
            }
        });
    }

    @Test
    void closesWhoeverTakesTooLongWithARequest() throws Exception {
        try (Socket head = ask("GET /events HTTP/1.1\r\nHost: loc");
                Socket body = ask("POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 9\r\n\r\n{");
                Socket silent = ask("")) {
            assertThat(head.getInputStream().read()).isEqualTo(-1);
            assertThat(body.getInputStream().read()).isEqualTo(-1);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    private AnswerStream next() throws InterruptedException {
        AnswerStream stream = streams.poll(10, TimeUnit.SECONDS);
        if (stream == null) {
            throw new AssertionError("no stream in time");
        }
        return stream;
    }

    private Socket ask(String request) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
