package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the kernel knows of the time until it asks an idle origin whether it is still there. */
final class KeepAliveTest {
    private static final int PERIOD_SECONDS = 100;

    /** In {@code /proc/net/tcp}: a keep-alive timer, and how many hundredths of a second it has to go. */
    private static final String KEEP_ALIVE = "02:";

    @Test
    void originIsAskedAfterTheTimeThatTheRuleSays() {
        try (Line line = new Line(
                RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                Http2Limits.TUNNEL,
                new OriginOptionsBuilder()
                        .tcpKeepAlive(Duration.ofSeconds(PERIOD_SECONDS))
                        .build())) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("200");
            int origin = line.origin().port();
            Waiting.until(
                    "only the keep-alive timer runs",
                    () -> hundredthsLeft(origin).isPresent());

            assertThat(hundredthsLeft(origin).orElseThrow() / 100)
                    .isBetween(PERIOD_SECONDS - 15L, (long) PERIOD_SECONDS);
        }
    }

    /** The time left for the connection to the origin at {@code port} of this machine, if it has such a timer. */
    private static OptionalLong hundredthsLeft(int port) {
        String remote = ":%04X".formatted(port);
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(table -> lines(table).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[2].endsWith(remote) && fields[5].startsWith(KEEP_ALIVE))
                .mapToLong(fields -> Long.parseLong(fields[5].substring(KEEP_ALIVE.length()), 16))
                .findFirst();
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
