package dev.adit.e2e;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CapnpFrameDecoder;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The edge's end of a control stream, which says what it said in {@code rpc.log}. Confined to one thread. */
final class ControlScript {
    static final int BOOTSTRAP_RETURN = 0;
    static final int REGISTER_RETURN = 1;
    static final int UPDATE_RETURN = 2;
    static final int UNREGISTER_RETURN = 3;

    private static final Transcript RPC = Transcript.of("rpc.log");

    private final EdgeStream stream;
    private byte[] unread = new byte[0];

    private ControlScript(EdgeStream stream) {
        this.stream = stream;
    }

    /** Opens the control stream and takes the connector's head. */
    static ControlScript open(EdgeConnection connection) throws InterruptedException {
        EdgeStream stream = connection.open(RPC.exchanges().get(0).request(), false);
        stream.await(Answer::hasHead);
        return new ControlScript(stream);
    }

    /** Registers whoever is there, as a locally managed tunnel; returns what it said of itself. */
    RegistrationRequest register() throws InterruptedException {
        next();
        RegistrationRequest request = registration(next());
        answer(BOOTSTRAP_RETURN);
        answer(REGISTER_RETURN);
        next();
        next();
        if (request.connIndex() == 0) {
            next();
            answer(UPDATE_RETURN);
            next();
        }
        return request;
    }

    /** Answers an unregistration and takes all that follows it. */
    void unregister() throws InterruptedException {
        next();
        answer(UNREGISTER_RETURN);
        next();
        next();
        next();
    }

    EdgeStream stream() {
        return stream;
    }

    /** Sends a message of the recorded edge. */
    void answer(int index) {
        send(edgeMessage(index));
    }

    static byte[] edgeMessage(int index) {
        return RPC.messages().stream()
                .filter(message -> !message.fromConnector())
                .toList()
                .get(index)
                .bytes();
    }

    void send(byte[] message) {
        stream.data(message, false);
    }

    /** The connector's next message. */
    byte[] next() throws InterruptedException {
        while (unread.length < 8 || unread.length < length(unread)) {
            Frame frame = stream.next();
            if (!(frame instanceof Frame.Data data)) {
                throw new IllegalStateException("no message but " + frame);
            }
            ByteArrayOutputStream more = new ByteArrayOutputStream();
            more.writeBytes(unread);
            more.writeBytes(data.bytes());
            unread = more.toByteArray();
        }
        int length = length(unread);
        byte[] message = Arrays.copyOf(unread, length);
        unread = Arrays.copyOfRange(unread, length, unread.length);
        return message;
    }

    /** What a registerConnection call says. */
    static RegistrationRequest registration(byte[] message) {
        List<RpcMessage> read = new ArrayList<>();
        new CapnpFrameDecoder().feed(Unpooled.wrappedBuffer(message), each -> read.add(RpcCodec.decode(each)));
        return ((CallParams.RegisterConnection) ((RpcMessage.Call) read.get(0)).params()).request();
    }

    /** Of a message of one segment, which is all that connectors send. */
    private static int length(byte[] bytes) {
        return 8 + 8 * ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    }
}
