package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import java.net.IDN;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPatternTest {
    @ParameterizedTest
    @CsvSource({
        "ci.example.com, ci.example.com, true",
        "ci.example.com, CI.Example.COM, true",
        "CI.Example.com, ci.example.com, true",
        "ci.example.com, ci.example.com:443, true",
        "ci.example.com, ci.example.com:, true",
        "ci.example.com, ci.example.com., true",
        "ci.example.com, ci.example.com.:8443, true",
        "ci.example.com., ci.example.com, true",
        "ci.example.com, ci.example.com.., false",
        "ci.example.com, xci.example.com, false",
        "ci.example.com, x.ci.example.com, false",
        "ci.example.com, ci.example.co, false",
        "ci.example.com, ci.example.comm, false",
        "ci.example.com, '', false",
        "ci.example.com, '.', false",
        "ci.example.com, ci.example.com:1:2, false",
        "ci.example.com, [ci.example.com]:80, true",
        "ci.example.com, [ci.example.com, false",
        "127.0.0.1, 127.0.0.1:8080, true",
        "*.example.com, a.example.com, true",
        "*.example.com, a.b.c.example.com:443, true",
        "*.Example.com, A.EXAMPLE.COM, true",
        "*.example.com, a.example.com., true",
        "*.example.com, example.com, false",
        "*.example.com, .example.com, false",
        "*.example.com, aexample.com, false",
        "*.example.com, a.example.org, false",
        "*.example.com, [::1]:80, false",
        "bücher.example, xn--bcher-kva.example, true",
        "BÜCHER.example, xn--bcher-kva.example, true",
        "bücher.example, XN--BCHER-KVA.example:443, true",
        "*.bücher.example, shop.xn--bcher-kva.example, true",
        "*.bücher.example, xn--bcher-kva.example, false",
        "xn--bcher-kva.example, xn--bcher-kva.example, true",
        "_dmarc.example.com, _dmarc.example.com, true"
    })
    void matchesHosts(String hostname, String authority, boolean expected) {
        HostPattern pattern = pattern(hostname);

        assertThat(pattern.matches(authority)).isEqualTo(expected);
        assertThat(pattern.matches(new AsciiString(authority))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*"})
    void isNoneForEveryHost(String hostname) {
        assertThat(HostPattern.of(hostname)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*foo.example.com", "a.*.example.com", "foo*", "**", "*.*.example.com", "*.foo*.com", "a*b.c"})
    void refusesAWildcardThatIsNotTheFirstLabel(String hostname) {
        assertThatThrownBy(() -> HostPattern.of(hostname))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Hostname patterns can have at most one wildcard character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com:80", "*.example.com:443", "http://example.com", "[::1]", ":80"})
    void refusesAPort(String hostname) {
        assertThatThrownBy(() -> HostPattern.of(hostname))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Hostname cannot contain a port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*.", ".", "a..b", ".example.com", "a b", "a/b", "a,b", "user@host", "a\u0000b", "-ü\u0600-.x y"
            })
    void refusesWhatIsNoHostName(String hostname) {
        assertThatThrownBy(() -> HostPattern.of(hostname))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a host name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"straße.example", "*.βόλος.example"})
    void refusesLettersThatHaveTwoEncodings(String hostname) {
        assertThatThrownBy(() -> HostPattern.of(hostname))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("xn-- form");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThatThrownBy(() -> HostPattern.of("a".repeat(64) + ".com")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HostPattern.of("a.".repeat(130) + "com")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalsByMeaningAndPrintsWhatWasWritten() {
        assertThat(pattern("A.example")).isEqualTo(pattern("a.Example.")).hasSameHashCodeAs(pattern("a.example"));
        assertThat(pattern("*.a.example")).isNotEqualTo(pattern("a.example")).hasToString("*.a.example");
        assertThat(pattern("bücher.example")).hasToString("bücher.example");
    }

    @Test
    void agreesWithAnObviousImplementation() {
        Random random = new Random(20261122);
        for (int i = 0; i < 50_000; i++) {
            String name = name(random);
            boolean wildcard = random.nextBoolean();
            String host = random.nextInt(3) == 0 ? name(random) : (random.nextBoolean() ? "x." : "") + name;
            String authority = (random.nextBoolean() ? host.toUpperCase(Locale.ROOT) : host)
                    + (random.nextInt(3) == 0 ? "." : "")
                    + (random.nextInt(3) == 0 ? ":" + random.nextInt(65536) : "");

            boolean expected = wildcard ? host.endsWith("." + name) : host.equals(name);

            assertThat(pattern((wildcard ? "*." : "") + name).matches(authority))
                    .as("%s %s for %s", wildcard, name, authority)
                    .isEqualTo(expected);
        }
    }

    @Test
    void matchesThePunycodeOfItself() {
        Random random = new Random(7);
        String letters = "äöüéñčабв日本語";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder label = new StringBuilder("a");
            for (int length = random.nextInt(6); length >= 0; length--) {
                label.append(letters.charAt(random.nextInt(letters.length())));
            }
            String name = label + ".example";

            assertThat(pattern(name).matches(IDN.toASCII(name))).as(name).isTrue();
            assertThat(pattern("*." + name).matches("x." + IDN.toASCII(name) + ":80"))
                    .as(name)
                    .isTrue();
        }
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int labels = random.nextInt(3); labels >= 0; labels--) {
            name.append("ab-_09".charAt(random.nextInt(6))).append(labels == 0 ? "" : ".");
        }
        return name.toString();
    }

    private static HostPattern pattern(String hostname) {
        return Objects.requireNonNull(HostPattern.of(hostname));
    }
}
