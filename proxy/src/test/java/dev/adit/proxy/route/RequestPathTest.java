package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /, /",
        "'', /, /",
        "?x=1, /, /",
        "*, *, *",
        "/a/b, /a/b, /a/b",
        "/a/b/, /a/b/, /a/b/",
        "/a?b=/../c%zz, /a, /a",
        "/a%3Fb, /a?b, /a?b",
        "/a%20b, /a b, /a b",
        "/a+b, /a+b, /a+b",
        "/%7Euser, /~user, /~user",
        "//, //, /",
        "/a//b, /a//b, /a/b",
        "/a///, /a///, /a/",
        "/./a, /./a, /a",
        "/a/., /a/., /a/",
        "/a/.., /a/.., /",
        "/a/b/.., /a/b/.., /a/",
        "/a/../b, /a/../b, /b",
        "/../../a, /../../a, /a",
        "/.., /.., /",
        "/a//../b, /a//../b, /b",
        "/a/%2e%2E/b, /a/../b, /b",
        "/a%2F..%2fb, /a/../b, /b",
        "/a%2Fb, /a/b, /a/b",
        "/@acme%2fhello, /@acme/hello, /@acme/hello",
        "/a%2Fb/../c//d/%2e%2e/e?x=1&y=%20z;q, /a/b/../c//d/../e, /a/c/e",
        "/a/..;x=1/b, /a/..;x=1/b, /b",
        "/a/.;/b, /a/.;/b, /a/b",
        "/a;x/b, /a;x/b, /a;x/b",
        "/.git/x, /.git/x, /.git/x",
        "/a/..., /a/..., /a/...",
        "/a/..b, /a/..b, /a/..b",
        "/%252e%252e/a, /%2e%2e/a, /%2e%2e/a"
    })
    void readsPaths(String raw, String decoded, String normalized) {
        assertThat(RequestPath.of(raw)).isEqualTo(new RequestPath(decoded, normalized));
    }

    @Test
    void readsBytesAsUtf8() {
        String raw = new String("/bücher/日".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(RequestPath.of(raw)).isEqualTo(new RequestPath("/bücher/日", "/bücher/日"));
        assertThat(RequestPath.of("/b%C3%BCcher")).isEqualTo(new RequestPath("/bücher", "/bücher"));
        assertThat(path("/%ff").decoded()).isEqualTo("/\ufffd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/a%2",
                "/a%2?x",
                "/%zz",
                "/%2g",
                "/%g2",
                "/%-1",
                "/%+1",
                "/%٣٣",
                "/ℵ",
                "a/b",
                "http://h/p",
                "*a",
                ".."
            })
    void refusesWhatCannotBeRead(String raw) {
        assertThat(RequestPath.of(raw)).isNull();
    }

    @Test
    void normalizesToAFixedPointWithoutDotSegments() {
        Random random = new Random(20261122);
        String[] parts = {"/", "/", ".", "..", "a", "b;c", "..;", "%2e", "%2F", "%41", "..."};
        for (int i = 0; i < 100_000; i++) {
            StringBuilder raw = new StringBuilder("/");
            for (int length = random.nextInt(12); length > 0; length--) {
                raw.append(parts[random.nextInt(parts.length)]);
            }

            String normalized = path(raw.toString()).normalized();

            assertThat(RequestPath.normalize(normalized)).as("%s", raw).isEqualTo(normalized);
            assertThat(normalized).as("%s", raw).startsWith("/").doesNotContain("//");
            assertThat(normalized.split("/")).as("%s", raw).doesNotContain(".", "..");
        }
    }

    @Test
    void readsEncodedAndPlainPathsAlike() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder plain = new StringBuilder("/");
            StringBuilder encoded = new StringBuilder("/");
            for (int length = random.nextInt(10); length > 0; length--) {
                char c = "/.ab-~".charAt(random.nextInt(6));
                plain.append(c);
                encoded.append(random.nextBoolean() ? String.valueOf(c) : String.format("%%%02x", (int) c));
            }

            assertThat(RequestPath.of(encoded)).isEqualTo(RequestPath.of(plain));
        }
    }

    private static RequestPath path(String raw) {
        return Objects.requireNonNull(RequestPath.of(raw));
    }
}
