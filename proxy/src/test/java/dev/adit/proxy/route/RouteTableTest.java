package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.sun.management.ThreadMXBean;
import io.netty.util.AsciiString;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTableTest {
    private static final RouteTable TABLE = table(
            "ci.example.com|",
            "*.example.com|/v2/",
            "docs.example.com|^/admin",
            "docs.example.com|\\.png$",
            "*.example.com|",
            "|/health",
            "|");

    @ParameterizedTest
    @CsvSource({
        "ci.example.com, /, 0",
        "CI.EXAMPLE.com:443, /v2/x, 0",
        "ci.example.com., /%zz, 0",
        "nexus.example.com, /v2/app/manifests/1, 1",
        "nexus.example.com, /x/v2/y, 1",
        "nexus.example.com, /other, 4",
        "nexus.example.com, /other?x=/v2/, 4",
        "nexus.example.com, /%762/x, 1",
        "docs.example.com, /admin/x, 2",
        "docs.example.com, /%61dmin, 2",
        "docs.example.com, /x/admin, 4",
        "docs.example.com, /a/b.png?v=1, 3",
        "docs.example.com, /a/b.pngx, 4",
        "example.com, /, 6",
        "example.com, /x/healthz, 5",
        "other.org, /, 6",
        "'', /, 6",
        "[::1]:8080, /, 6",
        "other.org, *, 6"
    })
    void takesTheFirstRuleThatMatches(String authority, String path, int expected) {
        assertThat(route(TABLE, authority, path).index()).isEqualTo(expected);
        assertThat(route(TABLE, new AsciiString(authority), path).index()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "docs.example.com, /x/../admin",
        "docs.example.com, /./admin",
        "docs.example.com, //admin",
        "docs.example.com, /admin/../x",
        "docs.example.com, /x/..%2fadmin",
        "docs.example.com, /x%2F%2e%2e/admin",
        "docs.example.com, /x/..;a=b/admin",
        "nexus.example.com, /v2//../other",
        "nexus.example.com, /%zz",
        "nexus.example.com, /a%2",
        "other.org, nonsense"
    })
    void matchesNothingIfThePathHasTwoMeanings(String authority, String path) {
        assertThat(TABLE.match(authority, path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "docs.example.com, /admin/x/../y, 2",
        "docs.example.com, /admin//x, 2",
        "docs.example.com, /x/../y, 4",
        "nexus.example.com, /v2//blobs, 1",
        "nexus.example.com, /@acme%2fhello, 4"
    })
    void matchesOddPathsThatHaveOneMeaning(String authority, String path, int expected) {
        assertThat(route(TABLE, authority, path).index()).isEqualTo(expected);
    }

    @Test
    void doesNotLookAtThePathWithoutPathRules() {
        RouteTable table = table("ci.example.com|", "*.example.com|", "|");

        assertThat(route(table, "ci.example.com", new Untouchable()).index()).isZero();
        assertThat(route(table, "a.example.com", new Untouchable()).index()).isEqualTo(1);
        assertThat(route(table, "x", new Untouchable()).index()).isEqualTo(2);
    }

    @Test
    void doesNotLookAtThePathIfTheRulesOfTheHostHaveNone() {
        assertThat(route(TABLE, "ci.example.com", new Untouchable()).index()).isZero();
    }

    @Test
    void allocatesNothingForHostRules() {
        RouteTable table = table("a.example.com|", "b.example.com|", "*.example.com|", "|");
        AsciiString authority = new AsciiString("B.example.com:443");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int rounds = 100_000;
        int warmUp = sumOfIndexes(table, authority, rounds);

        long before = threads.getThreadAllocatedBytes(thread);
        int sum = sumOfIndexes(table, authority, rounds);
        long allocatedBytes = threads.getThreadAllocatedBytes(thread) - before;

        assertThat(sum).isEqualTo(warmUp).isEqualTo(rounds);
        assertThat(allocatedBytes).isLessThan(rounds);
    }

    private static int sumOfIndexes(RouteTable table, CharSequence authority, int rounds) {
        int sum = 0;
        for (int i = 0; i < rounds; i++) {
            sum += route(table, authority, "/").index();
        }
        return sum;
    }

    @Test
    void unavailableAnswersEverythingWith503() {
        RouteTable table = RouteTable.unavailable();

        assertThat(table.routes()).hasSize(1);
        assertThat(route(table, "any.example.com", "/x").target()).isEqualTo(new Target.FixedStatus(503));
    }

    @Test
    void refusesTablesThatDoNotEndWithTheOneCatchAll() {
        assertThatThrownBy(() -> RouteTable.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table("a|")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table("|x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table("|", "|")).isInstanceOf(IllegalArgumentException.class);
        Route second = new Route(1, null, null, new Target.Hello(), OriginOptions.DEFAULT);
        assertThatThrownBy(() -> RouteTable.of(List.of(second))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotChangeWithTheListItWasMadeOf() {
        List<Route> routes = new ArrayList<>(table("a.example|", "|").routes());
        RouteTable table = RouteTable.of(routes);

        routes.clear();

        assertThat(table.routes()).hasSize(2);
        assertThat(route(table, "a.example", "/").index()).isZero();
    }

    /** Each rule is {@code host|path}. */
    private static RouteTable table(String... rules) {
        List<Route> routes = new ArrayList<>();
        for (String rule : rules) {
            int bar = rule.indexOf('|');
            String path = rule.substring(bar + 1);
            routes.add(new Route(
                    routes.size(),
                    HostPattern.of(rule.substring(0, bar)),
                    path.isEmpty() ? null : Pattern.compile(path),
                    new Target.FixedStatus(200),
                    OriginOptions.DEFAULT));
        }
        return RouteTable.of(routes);
    }

    private static Route route(RouteTable table, CharSequence authority, CharSequence path) {
        return Objects.requireNonNull(table.match(authority, path));
    }

    /** A path that must not be read. */
    private static final class Untouchable implements CharSequence {
        @Override
        public int length() {
            throw new AssertionError("the path was read");
        }

        @Override
        public char charAt(int index) {
            throw new AssertionError("the path was read");
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new AssertionError("the path was read");
        }

        @Override
        public String toString() {
            throw new AssertionError("the path was read");
        }
    }
}
