package dev.adit.connector.tunnel;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream that keeps what is written to it, on a loop whose clock stands still. */
final class FakeStream implements Downstream {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private int consumed;

    FakeStream() {
        channel.freezeTime();
    }

    /** Lets time pass. */
    void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    /** What was written since the last call. */
    byte[] takeWritten() {
        byte[] bytes = written.toByteArray();
        written.reset();
        return bytes;
    }

    /** What else happened: {@code head STATUS}, {@code end}, {@code finished}, {@code abort KIND}. */
    List<String> events() {
        return events;
    }

    /** Bytes that credit was given for. */
    int consumed() {
        return consumed;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void continueBody() {
        events.add("continue");
    }

    @Override
    public void head(ResponseHead head) {
        events.add("head " + head.status());
    }

    @Override
    public void body(ByteBuf data) {
        written.writeBytes(ByteBufUtil.getBytes(data));
        data.release();
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        events.add("end");
    }

    @Override
    public void finished() {
        events.add("finished");
    }

    @Override
    public void abort(Failure failure) {
        events.add("abort " + failure.kind());
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void consumed(int bytes) {
        consumed += bytes;
    }

    @Override
    public void handOver(Exchange next) {
        throw new UnsupportedOperationException("nobody hands a control stream over");
    }
}
