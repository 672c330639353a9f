package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One stream of an {@link H2Client}. Text is ISO 8859-1: one char a byte. Every wait has {@link Waiting#LIMIT}. */
public final class H2Stream {
    /** What the server sent. */
    public sealed interface Event {
        /** HEADERS: a head or trailers. */
        record Headers(Http2Headers list, boolean end) implements Event {
            public String status() {
                return String.valueOf(list.status());
            }
        }

        /** DATA. */
        record Data(String bytes, boolean end) implements Event {}

        /** RST_STREAM, or the end of the connection with code -1. */
        record Reset(long code) implements Event {}
    }

    /** All that a stream brought. */
    public record Response(String status, Http2Headers headers, String body, Http2Headers trailers) {
        /** The one value of a field, "" if it is missing. */
        public String field(String name) {
            return valueOf(name, headers);
        }

        /** The one value of a trailer, "" if it is missing. */
        public String trailer(String name) {
            return valueOf(name, trailers);
        }

        private static String valueOf(String name, Http2Headers list) {
            CharSequence value = list.get(name);
            return value == null ? "" : value.toString();
        }
    }

    private final H2Client client;
    private final int id;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean stalled;
    private int withheld;

    H2Stream(H2Client client, int id) {
        this.client = client;
        this.id = id;
    }

    public int id() {
        return id;
    }

    /** Body bytes that came so far, stalled or not. */
    public long received() {
        return received.get();
    }

    /** Sends body bytes; they wait in the client for window. */
    public H2Stream send(String data) {
        return send(data.getBytes(StandardCharsets.ISO_8859_1), false);
    }

    /** Sends body bytes; they wait in the client for window. */
    public H2Stream send(byte[] data, boolean end) {
        client.run(ctx -> client.encoder().writeData(ctx, id, Unpooled.wrappedBuffer(data), 0, end, ctx.newPromise()));
        return this;
    }

    /** Sends body bytes, and waits until the server has read them. */
    public void sendAll(byte[] data) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        client.run(ctx -> client.encoder()
                .writeData(ctx, id, Unpooled.wrappedBuffer(data), 0, false, ctx.newPromise())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        sent.complete(null);
                    } else {
                        sent.completeExceptionally(done.cause());
                    }
                }));
        H2Client.await(sent);
        client.ping();
    }

    /** Sends the end of the body. */
    public H2Stream end() {
        return send(new byte[0], true);
    }

    /** Sends trailers, and with them the end of the body. */
    public H2Stream trailers(String... namesAndValues) {
        Http2Headers list = new DefaultHttp2Headers(false);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            list.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        client.run(ctx -> client.encoder().writeHeaders(ctx, id, list, 0, true, ctx.newPromise()));
        return this;
    }

    public void reset(long code) {
        client.run(ctx -> client.encoder().writeRstStream(ctx, id, code, ctx.newPromise()));
    }

    /** Gives no more credit for what comes. */
    public H2Stream stall() {
        stalled = true;
        return this;
    }

    /** Gives credit again, also for what came meanwhile. */
    public void resume() {
        client.run(ctx -> {
            stalled = false;
            client.consume(id, withheld);
            withheld = 0;
        });
    }

    /** The next thing the server sends. */
    public Event next() {
        try {
            Event event = events.poll(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(event)
                    .as("event on stream %s within %s", id, Waiting.LIMIT)
                    .isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether nothing has come that was not yet taken. */
    public boolean isQuiet() {
        return events.isEmpty();
    }

    /** The next event, which must be a head. */
    public Event.Headers head() {
        Event next = next();
        assertThat(next).isInstanceOf(Event.Headers.class);
        return (Event.Headers) next;
    }

    /** The next event, which must be a reset; its code. */
    public long awaitReset() {
        Event next = next();
        while (!(next instanceof Event.Reset)) {
            next = next();
        }
        return ((Event.Reset) next).code();
    }

    /** Body bytes until {@code length} of them are there. */
    public String read(int length) {
        StringBuilder body = new StringBuilder();
        while (body.length() < length) {
            Event next = next();
            assertThat(next).isInstanceOf(Event.Data.class);
            body.append(((Event.Data) next).bytes());
        }
        return body.toString();
    }

    /** Body bytes to the end of the stream, which must come without a reset. */
    public String readToEnd() {
        return collect(new ByteArrayOutputStream()).body();
    }

    /** The whole response, which must end without a reset. */
    public Response response() {
        return collect(new ByteArrayOutputStream());
    }

    private Response collect(ByteArrayOutputStream body) {
        Http2Headers headers = new DefaultHttp2Headers();
        Http2Headers trailers = new DefaultHttp2Headers();
        boolean first = true;
        while (true) {
            Event next = next();
            boolean end;
            if (next instanceof Event.Headers fields) {
                end = fields.end();
                if (first && body.size() == 0) {
                    headers = fields.list();
                } else {
                    trailers = fields.list();
                }
                first = false;
            } else if (next instanceof Event.Data data) {
                end = data.end();
                body.writeBytes(data.bytes().getBytes(StandardCharsets.ISO_8859_1));
            } else {
                throw new AssertionError("stream " + id + " ended with " + next + " after " + headers + " and "
                        + body.size() + " bytes");
            }
            if (end) {
                String text = body.toString(StandardCharsets.ISO_8859_1);
                return new Response(String.valueOf(headers.status()), headers, text, trailers);
            }
        }
    }

    /** From the client's loop: something came; returns how many bytes get credit now. */
    int add(Event event) {
        int credit = 0;
        if (event instanceof Event.Data data) {
            int bytes = data.bytes().length();
            received.addAndGet(bytes);
            if (stalled) {
                withheld += bytes;
            } else {
                credit = bytes;
            }
        }
        events.add(event);
        return credit;
    }
}
