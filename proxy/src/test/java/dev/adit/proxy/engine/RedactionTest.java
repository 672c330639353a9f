package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "Set-Cookie",
                "Cf-Access-Jwt-Assertion",
                "CF-Access-Client-Secret",
                "cf-access-client-id",
                "Private-Token",
                "X-Gitlab-Token",
                "X-Auth-Token",
                "X-Api-Key",
                "X-Amz-Security-Token",
                "X-Hub-Signature-256",
                "X-CSRF-Token"
            })
    void masksFieldsThatAreCredentials(String name) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("accept", "*/*")
                .add(name, "s3cret one")
                .add(name, "s3cret two");

        assertThat(Redaction.headers(headers)).startsWith("{accept: */*, ").doesNotContain("s3cret");
    }

    @Test
    void masksTokensInAddressesWithinFields() {
        HttpHeaders headers = new DefaultHttpHeaders().set("Referer", "https://a.example/x?y=1&access_token=s3cret");

        assertThat(Redaction.headers(headers)).isEqualTo("{referer: https://a.example/x?y=1&access_token=***}");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b,/a/b",
        "/a?q=hello&page=2,/a?q=hello&page=2",
        "/a?token=s3cret,/a?token=***",
        "/a?x=1&Access_Token=s3cret&y=2,/a?x=1&Access_Token=***&y=2",
        "/a?api_key=s3cret;sig=s3cret#password=s3cret,/a?api_key=***;sig=***#password=***",
        "/a?%74oken=s3cret,/a?%74oken=***",
        "/a?code=s3cret?token=s3cret,/a?code=***?token=***",
        "/a?token=a=s3cret=&b=1,/a?token=***&b=1",
        "/a?token,/a?token",
        "/a?,/a?"
    })
    void masksValuesOfTellingParameters(String target, String expected) {
        assertThat(Redaction.queries(target)).isEqualTo(expected);
    }

    @Test
    void boundsLongFields() {
        assertThat(Redaction.headers(new DefaultHttpHeaders().set("a", "x".repeat(100_000))))
                .hasSizeLessThan(300);
    }
}
