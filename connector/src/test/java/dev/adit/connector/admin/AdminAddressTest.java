package dev.adit.connector.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "localhost:9090", ":20241", "[::1]:65535", "unix:/run/adit.sock"})
    void isWrittenAsItIsRead(String text) {
        assertThat(AdminAddress.parse(text)).hasToString(text);
    }

    @Test
    void takesTheDefaultForTheUsualPorts() {
        assertThat(AdminAddress.parse("localhost:0")).isEqualTo(new AdminAddress.Usual());
    }

    @Test
    void tellsTheTwoKindsApart() {
        assertThat(AdminAddress.parse("[::1]:7")).isEqualTo(new AdminAddress.Tcp("::1", 7));
        assertThat(AdminAddress.parse("unix:a.sock")).isEqualTo(new AdminAddress.Unix(Path.of("a.sock")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9090           | expected HOST:PORT or unix:PATH",
                "localhost      | expected HOST:PORT or unix:PATH",
                "localhost:     | expected HOST:PORT or unix:PATH",
                "localhost:http | expected HOST:PORT or unix:PATH",
                "localhost:-1   | expected HOST:PORT or unix:PATH",
                "localhost:65536 | expected HOST:PORT or unix:PATH",
                "::1:9090       | an IPv6 address goes into brackets",
                "unix:          | the path is missing"
            })
    void refusesAnythingElse(String text, String why) {
        assertThatThrownBy(() -> AdminAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is no address to listen on: " + why);
    }
}
