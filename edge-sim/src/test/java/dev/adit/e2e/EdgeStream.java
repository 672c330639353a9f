package dev.adit.e2e;

import io.netty.handler.codec.http2.Http2Error;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One stream that a {@link ScriptedEdge} opened. For any thread. */
final class EdgeStream {
    private static final long LIMIT_SECONDS = 10;

    private final EdgeConnection connection;
    private final int id;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final Answer answer = new Answer();

    EdgeStream(EdgeConnection connection, int id) {
        this.connection = connection;
        this.id = id;
    }

    int id() {
        return id;
    }

    /** Called by the connection. */
    void received(Frame frame) {
        frames.add(frame);
    }

    void data(byte[] bytes, boolean last) {
        connection.writeData(id, bytes, last);
    }

    void trailers(List<Field> fields) {
        connection.writeHeaders(id, fields, true);
    }

    void reset(Http2Error code) {
        connection.writeReset(id, code);
    }

    /** The next frame. */
    Frame next() throws InterruptedException {
        Frame frame = frames.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new IllegalStateException("nothing more on stream " + id + " after " + answer);
        }
        answer.add(frame);
        return frame;
    }

    /** The next frame, if it is here already. */
    @Nullable
    Frame poll() {
        return frames.poll();
    }

    /** Waits until what came so far is {@code enough}. */
    Answer await(Predicate<Answer> enough) throws InterruptedException {
        while (!enough.test(answer)) {
            next();
        }
        return answer;
    }
}
