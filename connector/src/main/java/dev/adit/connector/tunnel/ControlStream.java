package dev.adit.connector.tunnel;

import dev.adit.connector.wire.CapnpException;
import dev.adit.connector.wire.CapnpFrameDecoder;
import dev.adit.connector.wire.CapnpMessage;
import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stream that carries registration: RPC messages in its body, both ways, for as long as the connection lives. */
final class ControlStream implements Exchange, RegistrationClient.Listener {
    /** Hears how the registration goes. */
    interface Listener extends RegistrationClient.Listener {
        /** The edge took the stream away. */
        void controlStreamLost();
    }

    private final Downstream downstream;
    private final Listener listener;
    private final CapnpFrameDecoder frames = new CapnpFrameDecoder();
    private final RegistrationClient client;
    private final ScheduledFuture<?> timeout;
    private boolean ended;

    /** Opens the stream's answer and registers with {@code request}, which must be answered within {@code limit}. */
    ControlStream(Downstream downstream, RegistrationRequest request, Duration limit, Listener listener) {
        this.downstream = downstream;
        this.listener = listener;
        client = new RegistrationClient(this::send, this);
        HttpHeaders headers =
                new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM);
        downstream.head(new ResponseHead(200, headers, true));
        timeout = downstream.eventLoop().schedule(client::registrationTimedOut, limit.toNanos(), TimeUnit.NANOSECONDS);
        client.register(request);
    }

    /** Tells the edge what a locally managed tunnel serves. */
    void updateLocalConfiguration(String json) {
        client.updateLocalConfiguration(json);
    }

    /** Asks the edge to send no more requests; {@link #unregistered} follows, or the connection ends. */
    void unregister() {
        client.unregister();
    }

    /** Ends the RPC and the stream. */
    void end() {
        ended = true;
        timeout.cancel(false);
        client.end();
        downstream.end(null);
        downstream.finished();
    }

    @Override
    public void body(ByteBuf data) {
        int bytes = data.readableBytes();
        try {
            frames.feed(data, this::receive);
        } catch (CapnpException e) {
            refused(new RegistrationOutcome.Refused("malformed RPC: " + e.getMessage(), true, Duration.ZERO));
        }
        downstream.consumed(bytes);
    }

    private void receive(CapnpMessage message) {
        client.receive(RpcCodec.decode(message));
    }

    /** The edge sends no more, which means nothing as long as it listens. */
    @Override
    public void end(@Nullable HttpHeaders trailers) {}

    @Override
    public void downstreamWritable() {}

    @Override
    public void aborted() {
        timeout.cancel(false);
        if (!ended) {
            listener.controlStreamLost();
        }
    }

    @Override
    public void registered(RegistrationOutcome.Registered registered) {
        timeout.cancel(false);
        listener.registered(registered);
    }

    @Override
    public void refused(RegistrationOutcome.Refused refused) {
        timeout.cancel(false);
        listener.refused(refused);
    }

    @Override
    public void unregistered() {
        listener.unregistered();
    }

    private void send(RpcMessage message) {
        downstream.body(RpcCodec.encode(message, ByteBufAllocator.DEFAULT));
    }
}
