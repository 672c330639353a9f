package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.Target;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Looks at what slf4j-simple writes to {@code System.err}. */
final class ExchangeLogTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final ExchangeLog log = new ExchangeLog(nanos::get);
    private final RequestHead head =
            new RequestHead(ExchangeKind.HTTP, "GET", "a", "/secret", new DefaultHttpHeaders(), -1, false);

    @Test
    void saysTheFirstAndCountsTheRest() {
        List<String> lines = written(() -> {
            for (int i = 0; i < 100; i++) {
                log.failed(head, route(3), new Failure(Kind.REFUSED, "no one there"));
            }
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            log.failed(head, route(3), new Failure(Kind.REFUSED, "no one there"));
        });

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains(
                        "Unable to reach the origin service. The service may be down or it may not be responding",
                        "kind=REFUSED rule=3",
                        "detail=\"no one there\" unlogged=0")
                .doesNotContain("secret");
        assertThat(lines.get(1)).contains("unlogged=99");
    }

    @Test
    void tellsRulesAndKindsApart() {
        List<String> lines = written(() -> {
            log.failed(head, route(1), new Failure(Kind.REFUSED, ""));
            log.failed(head, route(2), new Failure(Kind.REFUSED, ""));
            log.failed(head, route(2), new Failure(Kind.TLS, ""));
            log.failed(head, route(2), new Failure(Kind.TLS, ""));
        });

        assertThat(lines).hasSize(3);
    }

    @Test
    void isSilentAboutWhatEyeballsDo() {
        assertThat(written(() -> log.failed(head, route(1), new Failure(Kind.BAD_REQUEST, ""))))
                .isEmpty();
    }

    private static Route route(int index) {
        return new Route(index, null, null, new Target.HttpOrigin(false, "a", 1), OriginOptions.DEFAULT);
    }

    private static List<String> written(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
