package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LineTemplateTest {
    @Test
    void wordsWithKeysAreFieldsAndTheRestIsTheMessage() {
        LineTemplate.Filled line = fill(
                "Registered tunnel connection connIndex={} connection={} event=0 protocol=http2", 3, new UUID(1, 2));

        assertThat(line.message()).isEqualTo("Registered tunnel connection");
        assertThat(line.fields())
                .containsExactly(
                        new LogField("connIndex", 3),
                        new LogField("connection", "00000000-0000-0001-0000-000000000002"),
                        new LogField("event", 0),
                        new LogField("protocol", "http2"));
    }

    @Test
    void holesWithoutAKeyBelongToTheMessage() {
        LineTemplate.Filled line = fill("Retrying connection in up to {}s connIndex={}", 4, 1);

        assertThat(line.message()).isEqualTo("Retrying connection in up to 4s");
        assertThat(line.fields()).containsExactly(new LogField("connIndex", 1));
    }

    @Test
    void quotesHoldAValueTogetherAndAreNotPartOfIt() {
        LineTemplate.Filled line =
                fill("denied issuer={} reason=\"no valid signature\" error=\"{}\"", "i", "a=1 \"b\"");

        assertThat(line.message()).isEqualTo("denied");
        assertThat(line.fields())
                .containsExactly(
                        new LogField("issuer", "i"),
                        new LogField("reason", "no valid signature"),
                        new LogField("error", "a=1 \"b\""));
    }

    @Test
    void textFromOutsideIsNeverTakenApart() {
        assertThat(fill("the file level=debug has message=x")).satisfies(line -> {
            assertThat(line.message()).isEqualTo("the file level=debug has message=x");
            assertThat(line.fields()).isEmpty();
        });
        assertThat(fill("read {}", "key={} other=1")).satisfies(line -> {
            assertThat(line.message()).isEqualTo("read key={} other=1");
            assertThat(line.fields()).isEmpty();
        });
    }

    @Test
    void keepsNumbersAndTruthValuesAndLeavesOutWhatIsNotThere() {
        assertThat(fill("a count={} on={} gone={} text={}", 7L, true, null, "7").fields())
                .containsExactly(new LogField("count", 7L), new LogField("on", true), new LogField("text", "7"));
    }

    @Test
    void noKeyComesTwiceOrTakesAPlaceOfTheForm() {
        assertThat(fill("a x={} x={} level={} time=1", 1, 2, 3).fields())
                .containsExactly(new LogField("x", 2), new LogField("_level", 3), new LogField("_time", 1));
    }

    @Test
    void boundsWhatComesFromOutside() {
        LineTemplate.Filled line = fill("{} detail={}", "m".repeat(100_000), "d".repeat(100_000));

        assertThat(line.message()).hasSizeLessThan(LineTemplate.MOST_CHARS + 30).endsWith("... and 95904 more");
        assertThat(line.fields().get(0).value().toString()).hasSizeLessThan(LineTemplate.MOST_CHARS + 30);
    }

    @Test
    void survivesTooFewAndTooManyArguments() {
        assertThat(fill("a {} b={} c={}", 1).message()).isEqualTo("a 1");
        assertThat(fill("a {}", 1, 2, 3).message()).isEqualTo("a 1");
    }

    private static LineTemplate.Filled fill(String template, @Nullable Object... arguments) {
        return LineTemplate.of(template).fill(arguments);
    }
}
