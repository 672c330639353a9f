package dev.adit.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an unmodified cloudflared, a test edge and a test origin said to each other, read from a log of it. */
final class Transcript {
    private static final Pattern LINE = Pattern.compile("\\s*\\d+\\.\\d{3} (.*)");
    private static final Pattern REQUEST = Pattern.compile(".*-> HEADERS stream=(\\d+) end=(true|false) \\[(.*)]");
    private static final Pattern HEADERS = Pattern.compile(".*<- HEADERS stream=\\d+ endStream=(true|false)");
    private static final Pattern FIELD = Pattern.compile(" {11}(:?[a-z0-9-]+): ?(.*)");
    private static final Pattern DATA = Pattern.compile(
            ".*(<-|->) DATA stream=\\d+ len=(\\d+)(?: end=(true|false))?(?: hex=(.*)| (\".*\")| \\(rpc\\))?");
    private static final Pattern RESET = Pattern.compile(".*<- RST_STREAM stream=\\d+ code=(\\w+)");
    private static final Pattern ORIGIN_REQUEST = Pattern.compile(" *ORIGIN conn=\\S+ <<< (.*)");
    private static final Pattern ORIGIN_LENGTH = Pattern.compile(" *ORIGIN body CL (\\d+/\\d+) err=.* \"(.*)\"");
    private static final Pattern ORIGIN_CHUNK = Pattern.compile(" *ORIGIN chunk \\d+ \"(.*)\"");
    private static final Pattern ORIGIN_TRAILER = Pattern.compile(" *ORIGIN trailer \"(.*)\\\\r\\\\n\"");
    private static final Pattern PUSH = Pattern.compile("--- config ?(.*)");

    /**
     * One stream.
     *
     * @param request the edge's head, pseudo fields first
     * @param requestEnds whether the request ends with its head
     * @param push the configuration that the edge sent in the body, or null
     * @param originRequest the request line and fields that the origin got; empty if it got none
     * @param originBody what the origin then got, in the words of {@link TranscriptOrigin}
     * @param answer what cloudflared answered
     */
    record Exchange(
            List<Field> request,
            boolean requestEnds,
            @Nullable String push,
            List<String> originRequest,
            List<String> originBody,
            Answer answer) {

        /** The first field of the request called {@code name}. */
        Optional<String> requestField(String name) {
            return request.stream()
                    .filter(field -> field.name().equals(name))
                    .map(Field::value)
                    .findFirst();
        }

        String path() {
            return requestField(":path").orElseThrow();
        }
    }

    /**
     * One message of the RPC.
     *
     * @param fromConnector who sent it
     * @param hex its bytes, or as many as the log has
     * @param length how many it had
     */
    record Message(boolean fromConnector, String hex, int length) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Field> headFields = new ArrayList<>();
    private boolean headIsLast;
    private @Nullable String push;

    private Transcript(String text) {
        text.lines().forEach(this::read);
    }

    /** Reads the log called {@code name}. */
    static Transcript of(String name) {
        try (InputStream in = Transcript.class.getResourceAsStream("/transcripts/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no transcript " + name);
            }
            return new Transcript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The streams that the edge opened, the control stream first. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** The messages of the RPC. */
    List<Message> messages() {
        return List.copyOf(messages);
    }

    private void read(String line) {
        Matcher timed = LINE.matcher(line);
        if (!timed.matches()) {
            return;
        }
        String said = timed.group(1);
        Matcher field = FIELD.matcher(said);
        if (field.matches()) {
            headFields.add(new Field(field.group(1), field.group(2)));
            return;
        }
        endHead();
        if (!readEdge(said) && !readOrigin(said)) {
            readConnector(said);
        }
    }

    /** The fields of a head follow on lines of their own; the first other line ends it. */
    private void endHead() {
        if (!headFields.isEmpty()) {
            last().answer.headers(headFields, headIsLast);
            headFields.clear();
        }
    }

    private boolean readEdge(String said) {
        Matcher pushed = PUSH.matcher(said);
        if (pushed.matches()) {
            push = pushed.group(1);
            return true;
        }
        Matcher request = REQUEST.matcher(said);
        if (request.matches()) {
            exchanges.add(new Exchange(
                    fields(request.group(3)),
                    request.group(2).equals("true"),
                    push,
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new Answer()));
            push = null;
            return true;
        }
        return false;
    }

    private boolean readOrigin(String said) {
        Matcher head = ORIGIN_REQUEST.matcher(said);
        if (head.matches()) {
            last().originRequest.addAll(List.of(head.group(1).split(" \\\\n ", -1)));
            return true;
        }
        Matcher length = ORIGIN_LENGTH.matcher(said);
        if (length.matches()) {
            last().originBody.add("length " + length.group(1));
            return true;
        }
        Matcher chunk = ORIGIN_CHUNK.matcher(said);
        if (chunk.matches()) {
            last().originBody.add("chunk " + chunk.group(1));
            return true;
        }
        Matcher trailer = ORIGIN_TRAILER.matcher(said);
        if (trailer.matches()) {
            last().originBody.add("trailer " + trailer.group(1));
            return true;
        }
        if (said.endsWith("ORIGIN chunk end")) {
            last().originBody.add("end");
            return true;
        }
        return said.contains("ORIGIN slow: conn ended") && last().originBody.add("gone");
    }

    private void readConnector(String said) {
        Matcher headers = HEADERS.matcher(said);
        Matcher data = DATA.matcher(said);
        Matcher reset = RESET.matcher(said);
        if (headers.matches()) {
            headIsLast = headers.group(1).equals("true");
        } else if (data.matches()) {
            readData(data);
        } else if (reset.matches()) {
            last().answer.reset(reset.group(1));
        }
    }

    private void readData(Matcher data) {
        int length = Integer.parseInt(data.group(2));
        String hex = data.group(4);
        if (hex != null) {
            if (length > 0) {
                messages.add(new Message(data.group(1).equals("<-"), hex, length));
            }
        } else if (data.group(1).equals("<-")) {
            String quoted = data.group(5);
            last().answer.body(length, quoted == null ? null : unquoted(quoted), "true".equals(data.group(3)));
        }
    }

    private Exchange last() {
        return exchanges.get(exchanges.size() - 1);
    }

    /** Names and values, each followed by a space; a value that goes on after a space ends with a comma before it. */
    private static List<Field> fields(String text) {
        String[] words = text.split(" ", -1);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < words.length; i += 2) {
            StringBuilder value = new StringBuilder(words[i + 1]);
            String name = words[i];
            while (value.toString().endsWith(",")) {
                value.append(' ').append(words[i + 2]);
                i++;
            }
            fields.add(new Field(name, value.toString()));
        }
        return fields;
    }

    private static String unquoted(String quoted) {
        return quoted.substring(1, quoted.length() - 1)
                .replace("\\n", "\n")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }
}
