package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryPolicyTest {
    private static final Failure STALE = new Failure(Kind.RESET_BEFORE_HEAD, "closed");

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PUT", "PROPFIND"})
    void retriesWhatMayRunTwice(String method) {
        assertThat(RetryPolicy.mayRetry(STALE, method, true, false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "LOCK", "MKCOL", "get", ""})
    void doesNotRetryWhatMayNotRunTwice(String method) {
        assertThat(RetryPolicy.mayRetry(STALE, method, true, false)).isFalse();
    }

    @Test
    void retriesOnlyWhenConnectionWasReused() {
        assertThat(RetryPolicy.mayRetry(STALE, "GET", false, false)).isFalse();
    }

    @Test
    void doesNotRetryOnceABodyWasBegun() {
        assertThat(RetryPolicy.mayRetry(STALE, "PUT", true, true)).isFalse();
    }

    @Test
    void retriesAnyMethodThatTheOriginHasNotLookedAt() {
        Failure unprocessed = new Failure(Kind.UNPROCESSED, "");

        assertThat(RetryPolicy.mayRetry(unprocessed, "POST", false, false)).isTrue();
        assertThat(RetryPolicy.mayRetry(unprocessed, "GET", true, true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RESET_BEFORE_HEAD", "UNPROCESSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void retriesNoOtherFailure(Kind kind) {
        assertThat(RetryPolicy.mayRetry(new Failure(kind, ""), "GET", true, false))
                .isFalse();
    }
}
