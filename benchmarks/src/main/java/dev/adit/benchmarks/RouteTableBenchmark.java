package dev.adit.benchmarks;

import com.google.re2j.Pattern;
import dev.adit.proxy.route.HostPattern;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The choice of a rule among 20. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RouteTableBenchmark {
    private static final int EXACT_HOSTS = 17;
    private static final AsciiString PATH = AsciiString.of("/job/build/42/console?start=0");

    /** Which rule matches: the first or last of 17 exact hosts, then the wildcard, the path rule, the rule for all. */
    @Param({"FIRST_HOST", "LAST_HOST", "WILDCARD", "PATH_RULE", "CATCH_ALL"})
    private Rule rule = Rule.FIRST_HOST;

    private RouteTable table = RouteTable.unavailable();
    private AsciiString authority = AsciiString.EMPTY_STRING;

    /** Which rule a request meets. */
    public enum Rule {
        FIRST_HOST("service-00.example.com"),
        LAST_HOST("service-16.example.com"),
        WILDCARD("deep.down.apps.example.com"),
        PATH_RULE("paths.example.com"),
        CATCH_ALL("elsewhere.example.org");

        private final String authority;

        Rule(String authority) {
            this.authority = authority;
        }
    }

    @Setup
    public void build() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < EXACT_HOSTS; i++) {
            add(routes, HostPattern.of("service-%02d.example.com".formatted(i)), null);
        }
        add(routes, HostPattern.of("*.apps.example.com"), null);
        add(routes, HostPattern.of("paths.example.com"), Pattern.compile("^/job/[^/]+/[0-9]+/console"));
        add(routes, null, null);
        table = RouteTable.of(routes);
        authority = AsciiString.of(rule.authority);
    }

    private static void add(List<Route> routes, @Nullable HostPattern host, @Nullable Pattern path) {
        Target target = new Target.HttpOrigin(false, "127.0.0.1", 8080);
        routes.add(new Route(routes.size(), host, path, target, OriginOptions.DEFAULT));
    }

    @Benchmark
    public @Nullable Route match() {
        return table.match(authority, PATH);
    }
}
