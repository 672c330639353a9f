package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathExpressionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "^/v2/ /v2/x",
                "/api /v2/api",
                "\\.(css|js)$ /a/b.js",
                "^/[0-9]{4}-[0-9]{2}$ /2026-11",
                "(?i)/ADMIN /admin",
                "[]{999}]{999} ]",
                "(a{1000}|b{1000})(c{1000})? xxx",
                "((a{10}){10}){10} x",
                "\\{9}a{1000} x",
                "[a\\]{500}]{1000} x",
                "a{,500}b{1000} x"
            })
    void compilesWhatGoCompiles(String expression, String path) {
        boolean matches = !path.startsWith("x");

        if (!expression.contains("{1000}") && !expression.contains("{999}")) {
            assertThat(PathExpression.compile(expression).matcher(path).find()).isEqualTo(matches);
        } else {
            assertThat(PathExpression.compile(expression)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "(a{1000}){2}",
                "(b(a{2}|c){3}d){200}",
                "((a{999})*){2}",
                "a{1001}",
                "a{1,1001}",
                "a{99999999999}",
                "([a-z]{33}/){33}"
            })
    void refusesRepetitionsThatMultiply(String expression) {
        assertThatThrownBy(() -> PathExpression.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 1000 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "[", "a**", "(?=a)", "(a)\\1", "\\", "[a\\", "a{2}{3}", "(?P<n>"})
    void refusesWhatTheEngineRefuses(String expression) {
        assertThatThrownBy(() -> PathExpression.compile(expression)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsLengthAndSurvivesTheDeepestNesting() {
        assertThat(PathExpression.compile("(".repeat(2048) + ")".repeat(2048))).isNotNull();
        assertThatThrownBy(() -> PathExpression.compile("a".repeat(4097))).isInstanceOf(IllegalArgumentException.class);
    }
}
