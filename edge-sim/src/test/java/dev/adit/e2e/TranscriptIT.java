package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.e2e.Transcript.Exchange;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every request of basic.log and body.log, on one tunnel connection: what the origin gets and what the edge gets back is
 * what cloudflared gave them, except where a {@link Deviation} says so.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TranscriptIT {
    /** All native fields that an answer of an origin may have. */
    private static final Set<String> NATIVE = Set.of(
            ":status",
            "cf-cloudflared-response-headers",
            "cf-cloudflared-response-meta",
            "cf-int-cloudflared-tracing",
            "content-length");

    private final Lab lab;
    private final Lab.Registered tunnel;

    TranscriptIT(@TempDir Path directory) throws IOException, InterruptedException {
        lab = Lab.start(directory, 1);
        tunnel = lab.register();
    }

    @AfterAll
    void stop() throws IOException {
        lab.close();
    }

    @TestFactory
    Stream<DynamicTest> basic() {
        return tests("basic.log");
    }

    @TestFactory
    Stream<DynamicTest> body() {
        return tests("body.log");
    }

    private Stream<DynamicTest> tests(String log) {
        List<Exchange> exchanges = Transcript.of(log).exchanges();
        return exchanges.subList(1, exchanges.size()).stream()
                .map(exchange -> DynamicTest.dynamicTest(
                        exchange.requestField(":method").orElseThrow() + " " + exchange.path(), () -> run(exchange)));
    }

    private void run(Exchange exchange) throws InterruptedException {
        switch (exchange.path()) {
            case "/short" -> runShort(exchange);
            case "/sse" -> runSse(exchange);
            case "/bufd" -> runBuffered(exchange);
            case "/reset" -> runReset(exchange);
            case "/noread" -> runUnread(exchange);
            case "/shortbody", "/longbody" -> runWrongLength(exchange);
            case "/slow" -> runCanceled(exchange);
            default -> runPlain(exchange);
        }
    }

    private void runPlain(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        OriginExchange origin = sendBody(exchange, stream);
        if (exchange.path().equals("/chunked")) {
            stream.await(answer -> answer.bodyBytes() == 3);
            origin.proceed();
        }
        Answer answer = stream.await(Answer::isOver);

        assertRequest(origin, exchange);
        assertAnswer(answer, exchange);
        assertThat(answer.interim()).isEqualTo(interim(exchange));
        assertThat(answer.end()).isEqualTo(end(exchange));
        assertThat(answer.reset()).isEqualTo(exchange.answer().reset());
    }

    /** {@link Deviation#HEAD_AT_ONCE}. */
    private void runShort(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        OriginExchange origin = lab.origin().next(exchange.path());
        Answer answer = stream.await(Answer::isOver);

        assertRequest(origin, exchange);
        assertThat(exchange.answer().head()).isEmpty();
        assertThat(answer.field(":status")).contains("200");
        assertThat("abc").startsWith(answer.text());
        assertThat(answer.reset()).isEqualTo(exchange.answer().reset()).isEqualTo("INTERNAL_ERROR");
    }

    private void runSse(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        OriginExchange origin = lab.origin().next(exchange.path());
        stream.await(answer -> answer.bodyBytes() == 9);
        origin.proceed();
        stream.await(answer -> answer.bodyBytes() == 18);
        origin.proceed();
        Answer answer = stream.await(Answer::isOver);

        assertRequest(origin, exchange);
        assertAnswer(answer, exchange);
        assertThat(answer.reset()).isEqualTo(exchange.answer().reset()).isEqualTo("INTERNAL_ERROR");
    }

    /** {@link Deviation#HEAD_AT_ONCE}. */
    private void runBuffered(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        OriginExchange origin = lab.origin().next(exchange.path());
        stream.await(answer -> answer.bodyBytes() == 5);
        origin.proceed();
        Answer answer = stream.await(Answer::isOver);

        assertRequest(origin, exchange);
        assertAnswer(answer, exchange);
    }

    /** {@link Deviation#RETRIED_ONCE}. */
    private void runReset(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        Answer answer = stream.await(Answer::isOver);

        assertRequest(lab.origin().next(exchange.path()), exchange);
        OriginExchange again = lab.origin().poll(exchange.path());
        if (again != null) {
            assertRequest(again, exchange);
        }
        assertThat(lab.origin().poll(exchange.path())).isNull();
        assertAnswer(answer, exchange);
        assertThat(answer.end()).isEqualTo(Answer.End.ON_HEAD);
        assertThat(answer.head()).hasSize(3);
    }

    /** What still comes after the reset may be told that the stream is closed, as cloudflared does. */
    private void runUnread(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        stream.data(new byte[10_000], false);
        OriginExchange origin = lab.origin().next(exchange.path());
        Answer answer = stream.await(a -> a.reset() != null);
        stream.data(new byte[10_000], false);
        tunnel.connection().ping();

        assertRequest(origin, exchange);
        assertAnswer(answer, exchange);
        assertThat(answer.end()).isEqualTo(Answer.End.AFTER_BODY);
        assertThat(answer.reset()).isEqualTo(exchange.answer().reset()).isEqualTo("NO_ERROR");
        assertThat(stream.poll()).isIn(null, new Frame.Reset("STREAM_CLOSED"));
    }

    /** {@link Deviation#SHORT_BODY_RESET}. */
    private void runWrongLength(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        stream.data(bytes("abc"), exchange.path().equals("/shortbody"));
        Answer answer = stream.await(Answer::isOver);
        tunnel.connection().ping();

        assertThat(answer.reset()).isEqualTo("PROTOCOL_ERROR");
        assertThat(answer.head()).isEmpty();
        OriginExchange origin = lab.origin().poll(exchange.path());
        if (origin != null) {
            assertThat(origin.events()).allSatisfy(event -> assertThat(event).startsWith("length"));
        }
    }

    private void runCanceled(Exchange exchange) throws InterruptedException {
        EdgeStream stream = send(exchange);
        OriginExchange origin = lab.origin().next(exchange.path());
        stream.reset(Http2Error.CANCEL);

        assertRequest(origin, exchange);
        assertThat(origin.nextEvent())
                .isEqualTo("gone")
                .isEqualTo(exchange.originBody().get(0));
        tunnel.connection().ping();
        assertThat(stream.poll()).isNull();
    }

    private EdgeStream send(Exchange exchange) {
        return tunnel.connection().open(exchange.request(), exchange.requestEnds());
    }

    /** Sends the body that the recorded origin got, piece by piece, and returns what our origin got. */
    private OriginExchange sendBody(Exchange exchange, EdgeStream stream) throws InterruptedException {
        if (exchange.requestEnds()) {
            return lab.origin().next(exchange.path());
        }
        if (exchange.requestField("expect").isPresent()) {
            stream.await(answer -> !answer.interim().isEmpty());
        }
        List<String> body = exchange.originBody();
        long chunks = body.stream().filter(event -> event.startsWith("chunk ")).count();
        if (chunks == 0) {
            int length = exchange.requestField("content-length")
                    .map(Integer::parseInt)
                    .orElse(0);
            stream.data(new byte[length], true);
            return lab.origin().next(exchange.path());
        }
        boolean trailers = body.stream().anyMatch(event -> event.startsWith("trailer "));
        OriginExchange origin = null;
        for (String event : body.subList(0, (int) chunks)) {
            stream.data(bytes(event.substring("chunk ".length())), false);
            origin = origin == null ? lab.origin().next(exchange.path()) : origin;
            assertThat(origin.nextEvent()).isEqualTo(event);
        }
        if (trailers) {
            stream.trailers(List.of(new Field("x-foo", "bar"), new Field("x-more", "unannounced")));
        } else {
            stream.data(new byte[0], true);
        }
        return Objects.requireNonNull(origin);
    }

    private void assertRequest(OriginExchange origin, Exchange exchange) throws InterruptedException {
        assertThat(origin.lines().get(0)).isEqualTo(exchange.originRequest().get(0));
        assertThat(origin.lines().get(1)).startsWith("Host: ");
        boolean chunked = origin.lines().contains("Transfer-Encoding: chunked");
        assertThat(origin.lines()).containsExactlyInAnyOrderElementsOf(originLines(exchange, chunked));
        List<String> rest = new ArrayList<>(exchange.originBody());
        if (exchange.requestField("trailer").isPresent() && !rest.isEmpty()) {
            // Deviation.ALL_TRAILERS.
            rest.add(rest.indexOf("trailer X-Foo: bar") + 1, "trailer x-more: unannounced");
        }
        if (isEmptyChunked(exchange) && !chunked) {
            rest.clear();
        }
        for (String event : rest) {
            if (!event.startsWith("chunk ") && !event.equals("gone")) {
                assertThat(origin.nextEvent()).isEqualToIgnoringCase(event);
            }
        }
    }

    /** The recorded lines as ours should be. */
    private List<String> originLines(Exchange exchange, boolean chunked) {
        List<String> lines = new ArrayList<>();
        for (String line : exchange.originRequest()) {
            if (line.equals("Accept-Encoding: gzip")
                    && exchange.requestField("accept-encoding").isEmpty()) {
                continue; // Deviation.NO_ADDED_GZIP
            }
            if (line.startsWith("Cf-Warp-Tag-Id: ")) {
                lines.add("Cf-Warp-Tag-Id: " + tunnel.connectorId());
            } else if (line.equals("Transfer-Encoding: chunked") && isEmptyChunked(exchange)) {
                // An end that comes in a frame of its own may be too late for the head.
                assertThat(chunked && exchange.requestEnds()).isFalse();
                lines.add(chunked ? line : "Content-Length: 0"); // Deviation.EMPTY_BODY_HAS_LENGTH
            } else {
                lines.add(line);
            }
        }
        if (exchange.requestField("trailer").isPresent()
                && lines.stream().noneMatch(line -> line.startsWith("Trailer: "))) {
            lines.add("Trailer: " + exchange.requestField("trailer").get()); // Deviation.TRAILER_FIELD_KEPT
        }
        return lines;
    }

    private static boolean isEmptyChunked(Exchange exchange) {
        return exchange.originBody().equals(List.of("end"));
    }

    private static void assertAnswer(Answer answer, Exchange exchange) {
        Answer recorded = exchange.answer();
        assertThat(answer.field(":status")).isEqualTo(recorded.field(":status"));
        assertThat(answer.packed()).isEqualTo(recorded.packed());
        for (String name : NATIVE) {
            if (!name.equals("cf-cloudflared-response-headers")) {
                assertThat(answer.field(name)).as(name).isEqualTo(recorded.field(name));
            }
        }
        assertThat(answer.field("cf-cloudflared-response-headers").isPresent())
                .isEqualTo(recorded.field("cf-cloudflared-response-headers").isPresent());
        // Deviation.NO_GUESSED_FIELDS.
        assertThat(answer.head()).extracting(Field::name).isSubsetOf(NATIVE);
        assertThat(answer.bodyBytes()).isEqualTo(recorded.bodyBytes());
        if (recorded.text() != null) {
            assertThat(answer.text()).isEqualTo(recorded.text());
        }
        assertThat(answer.trailers().stream().sorted(Comparator.comparing(Field::name)))
                .isEqualTo(recorded.trailers());
    }

    private static List<String> interim(Exchange exchange) {
        // Deviation.NO_100_WITHOUT_BODY.
        return exchange.requestEnds() ? List.of() : exchange.answer().interim();
    }

    private static Answer.End end(Exchange exchange) {
        // Deviation.END_ON_HEAD_204.
        return exchange.path().equals("/204")
                ? Answer.End.ON_HEAD
                : exchange.answer().end();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
