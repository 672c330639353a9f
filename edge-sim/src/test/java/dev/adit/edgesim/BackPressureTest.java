package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BackPressureTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    // Sockets and windows on the way: a few MiB. What matters is that it is not the whole body.
    private static final long BOUND = 32 * MIB;

    private EdgeSim sim;
    private ConnectorDouble connector;
    private Socket eyeball;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        eyeball = new Socket(InetAddress.getLoopbackAddress(), sim.ports().http());
    }

    @AfterEach
    void stop() throws IOException {
        eyeball.close();
        connector.close();
        sim.close();
    }

    @Test
    void holdsADownloadBackForAnEyeballThatDoesNotRead() throws Exception {
        send("GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream stream = connector.nextRequest();
        stream.head(200, new DefaultHttpHeaders().set("Content-Length", GIB), false);

        stream.pump(GIB);

        assertThat(settled(stream::sentBytes)).isBetween(MIB, BOUND);
        assertThat(neighbourIsServed()).isTrue();
    }

    @Test
    void passesAWholeDownloadOn() throws Exception {
        send("GET /big HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n");
        ConnectorDouble.DoubleStream stream = connector.nextRequest();
        stream.head(200, new DefaultHttpHeaders().set("Content-Length", 256 * MIB), false);

        stream.pump(256 * MIB);

        assertThat(drain(eyeball.getInputStream())).isBetween(256 * MIB, 256 * MIB + 1024);
    }

    @Test
    void holdsAnUploadBackForAConnectorThatGivesNoCredit() throws Exception {
        connector.withholdCredit();
        send("POST /big HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: " + GIB + "\r\n\r\n");
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> upload(written));

        ConnectorDouble.DoubleStream stream = connector.nextRequest();

        assertThat(settled(written::get)).isLessThan(BOUND);
        assertThat(stream.receivedBytes()).isLessThanOrEqualTo(MIB);
        eyeball.close();
        upload.get(10, TimeUnit.SECONDS);
    }

    @Test
    void passesAWholeUploadOn() throws Exception {
        send("POST /big HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: " + 256 * MIB + "\r\n\r\n");
        byte[] chunk = new byte[64 * 1024];
        OutputStream out = eyeball.getOutputStream();
        for (long sent = 0; sent < 256 * MIB; sent += chunk.length) {
            out.write(chunk);
        }
        ConnectorDouble.DoubleStream stream = connector.nextRequest();

        stream.body().get(30, TimeUnit.SECONDS);

        assertThat(stream.receivedBytes()).isEqualTo(256 * MIB);
    }

    private boolean neighbourIsServed() throws Exception {
        connector.serve(stream -> stream.answer("neighbour"));
        try (RawClient other = new RawClient(sim.ports().http())) {
            other.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
            return other.readUntil("neighbour").startsWith("HTTP/1.1 200");
        }
    }

    private void upload(AtomicLong written) {
        byte[] chunk = new byte[64 * 1024];
        try {
            OutputStream out = eyeball.getOutputStream();
            while (written.get() < GIB) {
                out.write(chunk);
                written.addAndGet(chunk.length);
            }
        } catch (IOException e) {
            // The test closes the socket when it has seen enough.
            assertThat(written).hasPositiveValue();
        }
    }

    private void send(String text) throws IOException {
        eyeball.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long drain(InputStream in) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        long all = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            all += n;
        }
        return all;
    }

    // The value once it has not changed for a while.
    private static long settled(LongSupplier value) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long last = -1;
        int same = 0;
        for (int i = 0; i < 200 && same < 8; i++) {
            long now = value.getAsLong();
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
            assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
        }
        return last;
    }
}
