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
    private static final String UNREACHABLE =
            "Unable to reach the origin service. The service may be down or it may not be responding";

    private final AtomicLong nanos = new AtomicLong(-5);
    private final ExchangeLog log = new ExchangeLog(nanos::get);

    @Test
    void saysTheFirstAndCountsTheRest() {
        List<String> lines = written(() -> {
            for (int i = 0; i < 100; i++) {
                log.failed(request(3), new Failure(Kind.REFUSED, "no one there"));
            }
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            log.failed(request(3), new Failure(Kind.REFUSED, "no one there"));
        });

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("unlogged=null");
        assertThat(lines.get(1)).contains("unlogged=99");
    }

    @Test
    void oneLineHasAllThatIsNeededToFindTheRequestAgainButNotItsQuery() {
        List<String> lines = written(() -> log.failed(request(3), new Failure(Kind.REFUSED, "no one there")));

        assertThat(lines)
                .singleElement()
                .asString()
                .contains(
                        "ERROR",
                        "failed to serve incoming request error=\"" + UNREACHABLE + ": no one there\"",
                        "reason=REFUSED status=502 event=1 connIndex=2 ingressRule=3 originService=http://a:1",
                        "cfRay=8a1b-FRA requestId=id-1 lbProbe=true",
                        "method=GET host=www.example.com path=/a/b")
                .doesNotContain("private", "s3cret");
    }

    @Test
    void whatTheProxyDoesByItselfIsAWarning() {
        assertThat(written(() -> log.failed(request(1), new Failure(Kind.OVERLOAD, "full"))))
                .singleElement()
                .asString()
                .contains("WARN", "error=\"full\"")
                .doesNotContain(UNREACHABLE);
    }

    @Test
    void tellsRulesAndKindsApart() {
        List<String> lines = written(() -> {
            log.failed(request(1), new Failure(Kind.REFUSED, ""));
            log.failed(request(2), new Failure(Kind.REFUSED, ""));
            log.failed(request(2), new Failure(Kind.TLS, ""));
            log.failed(request(2), new Failure(Kind.TLS, ""));
        });

        assertThat(lines).hasSize(3);
    }

    @Test
    void isSilentAboutWhatEyeballsDo() {
        assertThat(written(() -> {
                    log.received(request(1));
                    log.answered(request(1), 200);
                    log.failed(request(1), new Failure(Kind.BAD_REQUEST, ""));
                    log.aborted(request(1));
                }))
                .isEmpty();
    }

    private static Incoming request(int rule) {
        RequestHead head = new RequestHead(
                ExchangeKind.HTTP,
                "GET",
                "www.example.com",
                "/a/b?private=1",
                new DefaultHttpHeaders()
                        .set("cf-ray", "8a1b-FRA")
                        .set("x-request-id", "id-1")
                        .set("cookie", "s3cret")
                        .set("user-agent", "Mozilla/5.0 (compatible; Cloudflare-Traffic-Manager/1.0; +https://x)"),
                -1,
                false);
        return new Incoming(head, route(rule), 2);
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
