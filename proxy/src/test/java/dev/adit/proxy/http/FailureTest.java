package dev.adit.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.Failure.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "UNRESOLVED,ORIGIN,502",
        "REFUSED,ORIGIN,502",
        "CONNECT_TIMEOUT,ORIGIN,504",
        "TLS,ORIGIN,502",
        "NOT_UP,ORIGIN,503",
        "UNPROCESSED,ORIGIN,502",
        "RESET_BEFORE_HEAD,ORIGIN,502",
        "RESET_IN_BODY,ORIGIN,502",
        "HEAD_TIMEOUT,ORIGIN,504",
        "BAD_RESPONSE,ORIGIN,502",
        "BAD_REQUEST,EYEBALL,400",
        "FORBIDDEN,EYEBALL,403",
        "UPGRADE_REQUIRED,EYEBALL,426",
        "LENGTH_REQUIRED,EYEBALL,411",
        "CANCELED,EYEBALL,499",
        "OVERLOAD,PROXY,503",
        "FLOW_LIMIT,PROXY,502",
        "NO_KEYS,PROXY,503",
        "SHUTDOWN,PROXY,502",
        "INTERNAL,PROXY,502"
    })
    void saysWhoseFaultItWas(Kind kind, Side side, int status) {
        assertThat(kind.side()).isEqualTo(side);
        assertThat(kind.status()).isEqualTo(status);
    }

    @Test
    void hasNoOtherKinds() {
        assertThat(Kind.values()).hasSize(20);
    }
}
