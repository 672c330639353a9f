package dev.adit.connector.tunnel;

import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.CapnpFrameDecoder;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.RpcCodec;
import dev.adit.connector.wire.RpcMessage;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The messages of an unmodified cloudflared and of the edge that it accepted, by name. */
final class RecordedSession {
    private RecordedSession() {}

    /** The bytes of the messages called {@code names}, one after the other. */
    static byte[] bytes(String... names) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String name : names) {
            bytes.writeBytes(HexFormat.of().parseHex(hex(name)));
        }
        return bytes.toByteArray();
    }

    /** What the recorded connector said of itself. */
    static RegistrationRequest request() {
        RpcMessage.Call call = (RpcMessage.Call) messages(bytes("register")).get(0);
        return ((CallParams.RegisterConnection) call.params()).request();
    }

    /** The configuration that the recorded connector told. */
    static String localConfiguration() {
        return text("local-configuration.json").strip();
    }

    static byte[] encode(RpcMessage message) {
        var encoded = RpcCodec.encode(message, UnpooledByteBufAllocator.DEFAULT);
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes).release();
        return bytes;
    }

    static List<RpcMessage> messages(byte[] bytes) {
        List<RpcMessage> messages = new ArrayList<>();
        new CapnpFrameDecoder().feed(Unpooled.copiedBuffer(bytes), message -> messages.add(RpcCodec.decode(message)));
        return messages;
    }

    private static String hex(String name) {
        return text("session.txt")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    private static String text(String file) {
        try (InputStream in = RecordedSession.class.getResourceAsStream("/dev/adit/connector/wire/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
