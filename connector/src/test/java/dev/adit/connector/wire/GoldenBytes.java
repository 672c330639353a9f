package dev.adit.connector.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages on file, by name, and how tests get from bytes to messages. */
final class GoldenBytes {
    private GoldenBytes() {}

    /** What cloudflared sent and accepted in one session. */
    static Map<String, byte[]> session() {
        return messages("session.txt");
    }

    /** Samples made with the capnp tool. */
    static Map<String, byte[]> samples() {
        return messages("samples.txt");
    }

    static String text(String file) {
        try (InputStream in = GoldenBytes.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> messages(String file) {
        Map<String, byte[]> messages = new LinkedHashMap<>();
        text(file).lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            List<String> columns = List.of(line.split(" ", -1));
            messages.put(columns.get(0), HexFormat.of().parseHex(columns.get(2)));
        });
        return messages;
    }

    static byte[] get(Map<String, byte[]> messages, String name) {
        byte[] bytes = messages.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("no message " + name);
        }
        return bytes;
    }

    static byte[] encode(RpcMessage message) {
        return toBytes(RpcCodec.encode(message, UnpooledByteBufAllocator.DEFAULT));
    }

    static byte[] toBytes(ByteBuf buffer) {
        try {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        } finally {
            buffer.release();
        }
    }

    static List<CapnpMessage> frames(byte[] stream) {
        List<CapnpMessage> messages = new ArrayList<>();
        new CapnpFrameDecoder().feed(Unpooled.copiedBuffer(stream), messages::add);
        return messages;
    }

    static RpcMessage decode(byte[] oneFrame) {
        List<CapnpMessage> messages = frames(oneFrame);
        if (messages.size() != 1) {
            throw new IllegalArgumentException(messages.size() + " messages instead of one");
        }
        return RpcCodec.decode(messages.get(0));
    }
}
