package dev.adit.benchmarks;

import dev.adit.connector.wire.UserHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packing of a response's fields; the plain JDK way beside ours, so that the figure is a ratio of one run. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class UserHeadersBenchmark {
    private HttpHeaders headers = new DefaultHttpHeaders();
    private CharSequence packed = "";

    /** The fields of a page of Jenkins 2.4xx, as its Jetty sends them. */
    @Setup
    public void fill() {
        headers = new DefaultHttpHeaders()
                .add("Server", "Jetty(12.0.22)")
                .add("Date", "Sun, 22 Nov 2026 12:00:00 GMT")
                .add("Content-Type", "text/html;charset=utf-8")
                .add("Vary", "Accept-Encoding")
                .add("X-Content-Type-Options", "nosniff")
                .add("Referrer-Policy", "same-origin")
                .add("Expires", "0")
                .add("Cache-Control", "no-cache,no-store,must-revalidate")
                .add("X-Hudson-Theme", "default")
                .add("X-Hudson", "1.395")
                .add("X-Jenkins", "2.528.2")
                .add("X-Jenkins-Session", "0f63c9d1")
                .add("X-Frame-Options", "sameorigin")
                .add("Set-Cookie", "JSESSIONID.1f2e3d4c=node0a1b2c3d4e5f6g7h8i9j0k1l2m3n.node0; Path=/; HttpOnly")
                .add("X-Instance-Identity", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A".repeat(12))
                .add("Content-Length", "14873");
        packed = UserHeaders.pack(headers);
    }

    @Benchmark
    public CharSequence pack() {
        return UserHeaders.pack(headers);
    }

    /** Strings, the JDK's encoder, and a builder. */
    @Benchmark
    public CharSequence packWithTheJdk() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        StringBuilder joined = new StringBuilder();
        for (Map.Entry<String, String> field : headers) {
            if (joined.length() > 0) {
                joined.append(';');
            }
            joined.append(encoder.encodeToString(field.getKey().getBytes(StandardCharsets.ISO_8859_1)))
                    .append(':')
                    .append(encoder.encodeToString(field.getValue().getBytes(StandardCharsets.ISO_8859_1)));
        }
        return joined.toString();
    }

    @Benchmark
    public HttpHeaders unpack() {
        return UserHeaders.unpack(packed);
    }
}
