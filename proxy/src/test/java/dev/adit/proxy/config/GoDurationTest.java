package dev.adit.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "+0, PT0S",
        "300ms, PT0.3S",
        "1m30s, PT1M30S",
        "1500ms, PT1.5S",
        "2h, PT2H",
        "-1.5h, PT-1H-30M",
        "+5s, PT5S",
        ".5s, PT0.5S",
        "1.s, PT1S",
        "1us, PT0.000001S",
        "1µs, PT0.000001S",
        "7ns, PT0.000000007S",
        "0.5ns, PT0S",
        "1h1m1s1ms, PT1H1M1.001S",
        "2562047h47m16.854775807s, PT2562047H47M16.854775807S"
    })
    void readsWhatGoReads(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "30",
                "1.5",
                "s",
                ".",
                ".s",
                "1 s",
                " 1s",
                "1s ",
                "1d",
                "1S",
                "--1s",
                "1e3s",
                "1m30",
                "1,5s",
                "2562047h47m16.854775808s",
                "99999999999999999999h",
                "0x1s",
                "٣s"
            })
    void refusesWhatGoRefuses(String text) {
        assertThat(GoDuration.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 100_000})
    void refusesLongTextAtOnce(int length) {
        assertThat(GoDuration.parse("9".repeat(length) + "s")).isNull();
    }
}
