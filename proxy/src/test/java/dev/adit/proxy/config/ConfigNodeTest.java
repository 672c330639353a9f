package dev.adit.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigNodeTest {
    @Test
    void readsEveryTypeFromYaml() {
        ConfigNode node = yaml("""
                text: hello
                quoted: "7"
                number: 7
                negative: -3
                yes: true
                no: False
                wait: 1m30s
                seconds: 45
                map:
                  inner: 1
                list: [a, 2, true]
                single: only
                """);

        assertThat(node.string("text")).isEqualTo("hello");
        assertThat(node.string("quoted")).isEqualTo("7");
        assertThat(node.integer("number", 0, 10)).isEqualTo(7);
        assertThat(node.integer("negative", -3, 10)).isEqualTo(-3);
        assertThat(node.bool("yes")).isTrue();
        assertThat(node.bool("no")).isFalse();
        assertThat(node.duration("wait")).isEqualTo(Duration.ofSeconds(90));
        assertThat(node.duration("seconds")).isEqualTo(Duration.ofSeconds(45));
        assertThat(child(node.map("map")).integer("inner", 0, 1)).isEqualTo(1);
        assertThat(node.strings("list")).containsExactly("a", "2", "true");
        assertThat(node.strings("single")).containsExactly("only");
        assertThat(node.problems().all()).isEmpty();
    }

    @Test
    void readsEveryTypeFromJson() {
        ConfigNode node = json("""
                {"text":"hello","number":7,"yes":true,"seconds":45,"map":{"inner":1},"list":["a","b"]}""");

        assertThat(node.string("text")).isEqualTo("hello");
        assertThat(node.integer("number", 0, 10)).isEqualTo(7);
        assertThat(node.bool("yes")).isTrue();
        assertThat(node.duration("seconds")).isEqualTo(Duration.ofSeconds(45));
        assertThat(child(node.map("map")).integer("inner", 0, 1)).isEqualTo(1);
        assertThat(node.strings("list")).containsExactly("a", "b");
        assertThat(node.problems().all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "True, true", "yes, true", "on, true", "false, false", "no, false", "OFF, false"})
    void readsTheTruthValuesOfYaml(String text, boolean expected) {
        assertThat(yaml("key: " + text).bool("key")).isEqualTo(expected);
    }

    @Test
    void knowsWhatIsBlank() {
        ConfigNode node = yaml("a: false\nb: 0\nc: ''\nd: []\ne: {}\nf: true\ng: 1\nh: x\ni: [0]\nj: {a: }\n");

        assertThat(List.of("a", "b", "c", "d", "e"))
                .allMatch(key -> child(node.child(key)).isBlank());
        assertThat(List.of("f", "g", "h", "i", "j"))
                .noneMatch(key -> child(node.child(key)).isBlank());
    }

    @Test
    void keepsTheTextOfYamlScalarsAsWritten() {
        ConfigNode node = yaml("a: 1.10\nb: 0x1F\nc: 1_000\nd: Yes\ne: 12:30:00\nf: 2026-01-01\n");

        assertThat(List.of("a", "b", "c", "d", "e", "f"))
                .extracting(node::string)
                .containsExactly("1.10", "0x1F", "1_000", "Yes", "12:30:00", "2026-01-01");
    }

    @Test
    void presenceDecidesAndNullIsNotSet() {
        ConfigNode node = yaml("off: false\nzero: 0\nempty: \"\"\nnothing:\ntilde: ~\nword: null\n");

        assertThat(node.bool("off")).isFalse();
        assertThat(node.integer("zero", 0, 1)).isZero();
        assertThat(node.string("empty")).isEmpty();
        assertThat(List.of("off", "zero", "empty")).allMatch(node::has);
        assertThat(List.of("nothing", "tilde", "word", "absent")).noneMatch(node::has);
        assertThat(node.string("nothing")).isNull();
        assertThat(node.duration("tilde")).isNull();
        assertThat(node.keys()).contains("nothing").doesNotContain("absent");
        assertThat(node.problems().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "010",
                "0x10",
                "1_000",
                "1e3",
                "2147483648",
                "-1",
                "'7'",
                "true",
                "[7]",
                "99999999999999999999"
            })
    void refusesWhatIsNoWholeNumberInRange(String value) {
        ConfigNode node = yaml("key: " + value + "\n");

        assertThat(node.integer("key", 0, Integer.MAX_VALUE)).isNull();
        assertThat(node.problems().all())
                .singleElement()
                .asString()
                .startsWith("c.yml:1: key: ")
                .endsWith(" is not a whole number from 0 to 2147483647");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "\"30\"", "30 s", "yes", "{a: 1}", "9223372036854775807", "1:30"})
    void refusesWhatIsNoDurationInYaml(String value) {
        ConfigNode node = yaml("key: " + value + "\n");

        assertThat(node.duration("key")).isNull();
        assertThat(node.problems().all()).singleElement().asString().contains("key: ", "is not a duration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "\"30s\"", "\"30\"", "1e1", "true", "{}", "99999999999"})
    void refusesAllButWholeSecondsInJson(String value) {
        ConfigNode node = json("{\"key\":" + value + "}");

        assertThat(node.duration("key")).isNull();
        assertThat(node.problems().all()).singleElement().asString().contains("is not a whole number of seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "{}", "[]"})
    void refusesAllButTextsAsTextInJson(String value) {
        ConfigNode node = json("{\"key\":" + value + "}");

        assertThat(node.string("key")).isNull();
        assertThat(node.problems().all()).singleElement().asString().endsWith("is not a text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "'true'", "1", "[]"})
    void refusesAllButTruthValuesAsTruthValue(String value) {
        ConfigNode node = yaml("key: " + value + "\n");

        assertThat(node.bool("key")).isNull();
        assertThat(node.problems().all()).singleElement().asString().endsWith("is neither true nor false");
    }

    @Test
    void namesLineAndPathOfEveryMistake() {
        ConfigNode node = yaml("""
                top: 1

                rules:
                  - name: a
                  - name: b
                    deep:
                      count: many
                  - 7
                map: text
                top: 2
                """);

        ConfigNode rule = node.list("rules").get(1);
        child(rule.map("deep")).integer("count", 0, 9);
        node.list("rules").get(2).problem("must be a map");
        node.map("map");
        node.list("map");
        node.problem("missing", "is needed");

        assertThat(node.problems().all())
                .containsExactly(
                        "c.yml:1: missing: is needed",
                        "c.yml:7: rules[1].deep.count: \"many\" is not a whole number from 0 to 9",
                        "c.yml:8: rules[2]: must be a map",
                        "c.yml:9: map: \"text\" is not a map",
                        "c.yml:9: map: \"text\" is not a list",
                        "c.yml:10: top: duplicate key, first given in line 1");
        assertThatThrownBy(node.problems()::throwIfAny)
                .isInstanceOf(InvalidConfig.class)
                .hasMessage(String.join(System.lineSeparator(), node.problems().all()));
    }

    @Test
    void findsDuplicateKeysInJsonOverSeveralLines() {
        ConfigNode node = json("{\n\"a\":1,\n\"b\":{\"c\":1,\n\"c\":2}}");

        assertThat(node.problems().all()).containsExactly("c.json:4: b.c: duplicate key, first given in line 3");
    }

    @ParameterizedTest
    @CsvSource({
        "conectTimeout, connectTimeout",
        "connecttimeout, connectTimeout",
        "connect-timeout, connectTimeout",
        "tlsTiemout, tlsTimeout",
        "caPol, caPool"
    })
    void suggestsTheNearestKnownKey(String wrong, String meant) {
        ConfigNode node = yaml(wrong + ": 1\n");

        node.rejectUnknown(Set.of("connectTimeout", "tlsTimeout", "caPool"));

        assertThat(node.problems().all())
                .containsExactly("c.yml:1: " + wrong + ": unknown key, did you mean \"" + meant + "\"?");
    }

    @Test
    void suggestsNothingForWhatIsLikeNoKey() {
        ConfigNode node = yaml("banana: 1\n" + "x".repeat(100) + ": 2\ncaPool: 3\n");

        node.rejectUnknown(Set.of("connectTimeout", "caPool"));

        assertThat(node.problems().all()).hasSize(2).allMatch(problem -> problem.endsWith(": unknown key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   \n\n", "# only a comment\n", "---\n", "~\n"})
    void refusesAnEmptyDocument(String text) {
        assertThatThrownBy(() -> yaml(text)).isInstanceOf(InvalidConfig.class).hasMessage("c.yml:1: is empty");
    }

    @Test
    void refusesEmptyJson() {
        assertThatThrownBy(() -> json("")).isInstanceOf(InvalidConfig.class).hasMessage("c.json:1: is empty");
    }

    @Test
    void namesTheLineOfASyntaxErrorAndShowsNoExcerpt() {
        assertThatThrownBy(() -> yaml("tunnel: a\ningress:\n  - b\n secret-token: c\n"))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageMatching("c\\.yml:[34]: syntax error: .*")
                .hasMessageNotContaining("secret-token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{\"a\":}", "{\"a\":1,}", "not json", "{\"a\":1} x", "{\"a\":1}{}", "{'a':1}", "[1", "01"})
    void refusesBrokenJson(String text) {
        assertThatThrownBy(() -> json(text)).isInstanceOf(InvalidConfig.class).hasMessageStartingWith("c.json:1: ");
    }

    @Test
    void refusesASecondDocument() {
        assertThatThrownBy(() -> yaml("a: 1\n---\nb: 2\n"))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("only one document is allowed");
    }

    @Test
    void resolvesAliasesAndMergeKeys() {
        ConfigNode node = yaml("""
                defaults: &defaults
                  connectTimeout: 5s
                  tags: [x]
                same: *defaults
                rule:
                  tags: [y]
                  <<: *defaults
                """);

        assertThat(child(node.map("same")).duration("connectTimeout")).isEqualTo(Duration.ofSeconds(5));
        ConfigNode rule = child(node.map("rule"));
        assertThat(rule.strings("tags")).containsExactly("y");
        assertThat(rule.duration("connectTimeout")).isEqualTo(Duration.ofSeconds(5));
        assertThat(child(rule.child("connectTimeout")).path()).isEqualTo("rule.connectTimeout");
        assertThat(rule.keys()).doesNotContain("<<");
    }

    @Test
    void limitsWhatAliasesMultiplyTo() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            String items = ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + items + "]\n");
        }

        assertThatThrownBy(() -> yaml(bomb.toString()))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("has more than 100000 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: *nobody\n", "a: &a [*a]\n", "a: &a\n  b: *a\n"})
    void refusesAliasesWithoutAnchor(String text) {
        assertThatThrownBy(() -> yaml(text)).isInstanceOf(InvalidConfig.class).hasMessageContaining("no anchor");
    }

    @Test
    void limitsDepth() {
        assertThatThrownBy(() -> json("[".repeat(5000))).isInstanceOf(InvalidConfig.class);
        assertThatThrownBy(() -> yaml("[".repeat(5000))).isInstanceOf(InvalidConfig.class);
        assertThat(json("[".repeat(30) + "]".repeat(30)).isMap()).isFalse();
    }

    @Test
    void limitsSize() {
        assertThatThrownBy(() -> yaml("a: " + "x".repeat(4 * 1024 * 1024)))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("is longer than");
        assertThatThrownBy(() -> json("[" + "1,".repeat(100_001) + "1]"))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("has more than 100000 values");
    }

    @Test
    void keepsControlCharactersAndLongValuesOutOfTheMessage() {
        ConfigNode node = json("{\"a\":\"x\\n\\u001b[31m" + "y".repeat(1000) + "\"}");

        node.integer("a", 0, 1);

        assertThat(node.problems().all())
                .singleElement()
                .asString()
                .contains("x\\u000a\\u001b[31m")
                .hasSizeLessThan(200);
    }

    @Test
    void limitsTheLengthOfMessages() {
        ConfigNode node = yaml("a: 1");

        node.problem("x".repeat(1_000_000));

        assertThat(node.problems().all())
                .singleElement()
                .asString()
                .endsWith("…")
                .hasSizeLessThan(500);
    }

    @Test
    void survivesRandomText() {
        Random random = new Random(20261122);
        String[] parts = {
            "a", ":", " ", "\n", "-", "{", "}", "[", "]", "&", "*", "\"", "'", "<<", "|", "%", "?", "!", "#", ",", "0",
            "\t", "---", "\u0000", "é", "\ud83d", "@", "`", ">", "null", "1.5"
        };
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            parseOrRefuse(text.toString());
        }
    }

    private static void parseOrRefuse(String text) {
        try {
            yaml(text).keys();
        } catch (InvalidConfig e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.startsWith("c.yml:"));
        }
        try {
            json(text).keys();
        } catch (InvalidConfig e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.startsWith("c.json:"));
        }
    }

    private static ConfigNode yaml(String text) {
        return ConfigNode.yaml("c.yml", text);
    }

    private static ConfigNode json(String text) {
        return ConfigNode.json("c.json", text);
    }

    private static ConfigNode child(@Nullable ConfigNode node) {
        return Objects.requireNonNull(node);
    }
}
