package dev.adit.edgesim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The RPC bytes that an unmodified cloudflared and a test edge exchanged: {@code rpc.log}. */
final class Transcript {
    private static final Pattern DATA = Pattern.compile("(<-|->) DATA stream=1 len=\\d+.*hex=([0-9a-f]*)");

    private final List<Line> lines;

    private Transcript(List<Line> lines) {
        this.lines = lines;
    }

    static Transcript rpc() {
        try (InputStream in =
                Objects.requireNonNull(Transcript.class.getResourceAsStream("rpc.log"), "rpc.log not found")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Transcript(DATA.matcher(text)
                    .results()
                    .map(result -> new Line(result.group(1).equals("<-"), result.group(2)))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What cloudflared sent, message by message. */
    byte[] fromConnector(int index) {
        return bytes(lines.stream().filter(Line::fromConnector).toList().get(index));
    }

    /** What the edge sent, message by message. */
    byte[] fromEdge(int index) {
        return bytes(
                lines.stream().filter(line -> !line.fromConnector()).toList().get(index));
    }

    private static byte[] bytes(Line line) {
        return HexFormat.of().parseHex(line.hex());
    }

    /** {@code message} with every occurrence of {@code from} replaced; the lengths must be equal. */
    static byte[] patched(byte[] message, byte[] from, byte[] to) {
        Matcher matcher = Pattern.compile(Pattern.quote(latin1(from))).matcher(latin1(message));
        if (!matcher.find() || from.length != to.length) {
            throw new IllegalArgumentException("nothing to patch, or another length");
        }
        return matcher.replaceAll(Matcher.quoteReplacement(latin1(to))).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private record Line(boolean fromConnector, String hex) {}
}
