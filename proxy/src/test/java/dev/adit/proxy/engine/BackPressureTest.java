package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A side that does not take bytes stops the side that sends them, costs little memory, and hinders nobody else. */
final class BackPressureTest {
    private static final int MIB = 1 << 20;
    private static final int FRAME = 16_384;

    @Test
    void hundredStreamsOfWhichEightStall() {
        Signal done = new Signal();
        AtomicLong pushed = new AtomicLong();
        AtomicInteger stalledHeads = new AtomicInteger();
        byte[] block = new byte[MIB];
        byte[] upload = new byte[16 * MIB];
        // A connection window of two streams: it must be refilled while four of them stall.
        Http2Limits limits = new Http2Limits(1000, MIB, 2 * MIB, 65_536, 0, 64L * MIB, 96L * MIB);
        RawOrigin origin = new RawOrigin(peer -> {
            String head = peer.readHead();
            if (head.startsWith("POST /stall")) {
                stalledHeads.incrementAndGet();
                done.await();
            } else if (head.startsWith("GET /stall")) {
                peer.write("HTTP/1.1 200 OK\r\n\r\n");
                stalledHeads.incrementAndGet();
                push(peer, pushed);
            } else if (head.startsWith("POST")) {
                peer.read(MIB);
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            } else {
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + MIB + "\r\nConnection: close\r\n\r\n");
                peer.write(block);
            }
        });
        try (Line line = new Line(origin, limits, OriginOptions.DEFAULT)) {
            List<H2Stream> downloads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                line.client()
                        .open("POST", "/stall", "content-length", "" + 16L * MIB)
                        .send(upload, true);
                downloads.add(line.client().requestStalled("GET", "/stall"));
            }
            Waiting.until("eight at their origins", () -> stalledHeads.get() == 8);
            Waiting.until("uploads stalled", () -> line.engine().heldBytes() > 4 * (MIB / 2 - FRAME));

            List<H2Stream> others = new ArrayList<>();
            for (int i = 0; i < 46; i++) {
                others.add(line.client()
                        .open("POST", "/", "content-length", "" + MIB)
                        .send(block, true));
                others.add(line.client().request("GET", "/"));
            }
            for (H2Stream other : others) {
                assertThat(other.response().status()).isEqualTo("200");
            }

            assertThat(line.engine().heldBytes())
                    .as("held for four stalled uploads")
                    .isPositive()
                    .isLessThanOrEqualTo(4L * (MIB + FRAME));
            for (H2Stream download : downloads) {
                assertThat(download.received()).as("one window").isEqualTo(65_535);
            }
            done.give();
        }
    }

    private static void push(RawPeer peer, AtomicLong pushed) throws IOException {
        byte[] some = new byte[4096];
        while (true) {
            peer.write(some);
            pushed.addAndGet(some.length);
        }
    }

    @Test
    void stopsAnOriginThatIsFasterThanTheEyeball() {
        AtomicLong pushed = new AtomicLong();
        try (Line line = new Line(peer -> {
            peer.readHead();
            // What the two sockets take must be small against what would be held without back-pressure.
            peer.socket().setSendBufferSize(65_536);
            peer.write("HTTP/1.1 200 OK\r\n\r\n");
            push(peer, pushed);
        })) {
            H2Stream stream = line.client().requestStalled("GET", "/");
            stream.head();
            long held = steady(pushed);

            assertThat(stream.received()).isEqualTo(65_535);
            assertThat(line.engine().passedOn() - stream.received())
                    .as("beyond the window: one socket read more than it took to close it")
                    .isLessThanOrEqualTo(2 * 65_536L);
            assertThat(held).as("mostly in the kernel").isLessThan(16L * MIB);

            stream.resume();
            Waiting.until("it goes on", () -> pushed.get() > held + 32L * MIB);
        }
    }

    @Test
    void stopsAnEyeballThatIsFasterThanTheOrigin() {
        Signal mayRead = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            mayRead.await();
            peer.read(32 * MIB);
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        })) {
            H2Stream stream = line.client().open("POST", "/", "content-length", "" + 32L * MIB);
            stream.send(new byte[32 * MIB], true);
            Waiting.until("window used up", () -> line.engine().heldBytes() > MIB / 2 - FRAME);
            assertThat(line.engine().heldBytes()).isLessThanOrEqualTo(MIB + FRAME);

            mayRead.give();
            assertThat(stream.response().status()).isEqualTo("200");
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void stopsBothSidesOfAStreamOfBytes() {
        Signal done = new Signal();
        AtomicLong pushed = new AtomicLong();
        try (Line line = new Line(peer -> {
            push(peer, pushed);
            done.await();
        })) {
            H2Stream stream = line.client()
                    .send(
                            H2Client.headers("GET", "/", "x-test-kind", "TCP")
                                    .authority("127.0.0.1:" + line.origin().port()),
                            false);
            stream.stall().send(new byte[16 * MIB], false).head();
            steady(pushed);

            assertThat(line.engine().heldBytes()).isPositive().isLessThanOrEqualTo(MIB + FRAME);
            assertThat(stream.received()).isEqualTo(65_535);
            assertThat(line.engine().passedOn() - stream.received()).isLessThanOrEqualTo(2 * 65_536L);
            done.give();
        }
    }

    @Test
    void freesWhatWasHeldWhenTheEyeballGoes() {
        Signal done = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            done.await();
        })) {
            H2Stream stream = line.client().open("POST", "/").send(new byte[16 * MIB], false);
            Waiting.until("window used up", () -> line.engine().heldBytes() > MIB / 2 - FRAME);

            stream.reset(8);
            line.engine().awaitNoStreams();
            done.give();
        }
    }

    @Test
    void refusesNewBodiesAndResetsTheGreediestWhenTooMuchIsHeld() {
        Signal done = new Signal();
        Http2Limits limits = new Http2Limits(1000, MIB, 16 * MIB, 65_536, 0, 400_000, 800_000);
        try (Line line = new Line(
                new RawOrigin(peer -> {
                    String head = peer.readHead();
                    if (head.startsWith("POST")) {
                        done.await();
                    }
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }),
                limits,
                OriginOptions.DEFAULT)) {
            // A stream of bytes whose origin never accepts holds exactly what was sent.
            H2Stream first = held(line.client(), 500_000);
            Waiting.until("first held", () -> line.engine().heldBytes() == 500_000);

            H2Stream refused = line.client().open("POST", "/", "content-length", "1");
            assertThat(refused.response().status()).isEqualTo("503");
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("200");

            first.send(new byte[400_000], false);
            assertThat(first.awaitReset()).as("ENHANCE_YOUR_CALM").isEqualTo(11);
            Waiting.until("nothing held", () -> line.engine().heldBytes() == 0);
            assertThat(line.client().open("PUT", "/").end().response().status()).isEqualTo("200");
            done.give();
        }
    }

    /** A handshake that its origin does not answer: what the eyeball sends waits for it. */
    private static H2Stream held(H2Client client, int bytes) {
        return client.open("POST", "/", "x-test-kind", "WEBSOCKET").send(new byte[bytes], false);
    }

    /** Waits until nothing was added for a while; returns the sum. */
    private static long steady(AtomicLong pushed) {
        long[] last = {-1, System.nanoTime()};
        Waiting.until("origin stopped", () -> {
            long now = pushed.get();
            if (now != last[0] || now == 0) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 500_000_000L;
        });
        return pushed.get();
    }
}
