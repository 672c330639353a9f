package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both forms, to the byte. */
final class LineFormTest {
    /** 2026-08-14T10:00:00Z. */
    private static final long TIME = 1_786_701_600L;

    private final LineForm text = new TextForm(ZoneOffset.UTC, false);
    private final LineForm json = new JsonForm();

    @Test
    void textIsThatOfCloudflared() {
        assertThat(text.of(line("Starting tunnel", null, new LogField("tunnelID", "abc"), new LogField("n", 1))))
                .isEqualTo("2026-08-14T10:00:00Z INF Starting tunnel tunnelID=abc n=1\n");
    }

    @ParameterizedTest
    @CsvSource({"TRACE,TRC", "DEBUG,DBG", "INFO,INF", "WARN,WRN", "ERROR,ERR", "FATAL,FTL"})
    void levelsHaveThreeLetters(LogLevel level, String letters) {
        assertThat(text.of(new LogLine(TIME, level, "m", List.of(), null)))
                .isEqualTo("2026-08-14T10:00:00Z " + letters + " m\n");
    }

    @Test
    void textQuotesWhatWouldNotBeOneWord() {
        assertThat(text.of(
                        line("m", null, new LogField("a", "b c"), new LogField("d", ""), new LogField("e", "\"=\\"))))
                .endsWith(" INF m a=\"b c\" d=\"\" e=\"\\\"=\\\\\"\n");
    }

    @Test
    void nothingFromOutsideStartsALineOrMovesTheCursor() {
        assertThat(text.of(line("a\nb\u001b[2J", null, new LogField("k", "x\r\n2026 ERR forged\u0085\u2028\u202e"))))
                .isEqualTo("2026-08-14T10:00:00Z INF a\\nb\\u001b[2J"
                        + " k=\"x\\u000d\\n2026 ERR forged\\u0085\\u2028\\u202e\"\n");
    }

    @Test
    void textShowsAnotherZoneWithItsDistance() {
        assertThat(new TextForm(ZoneId.of("Europe/Berlin"), false).of(line("m", null)))
                .startsWith("2026-08-14T12:00:00+02:00 INF");
    }

    @Test
    void colorsOnlyDecorate() {
        String colored = new TextForm(ZoneOffset.UTC, true).of(line("m", null, new LogField("k", "v")));

        assertThat(colored).contains("\u001b[32mINF\u001b[0m", "\u001b[36mk=\u001b[0mv");
        assertThat(colored.replaceAll("\u001b\\[[0-9]+m", ""))
                .isEqualTo(text.of(line("m", null, new LogField("k", "v"))));
    }

    @Test
    void stackFollowsTheLineInTextAndIsAFieldInJson() throws IOException {
        LogLine line = line("m", "java.lang.Error: x\n\tat a.B(C)\n");

        assertThat(text.of(line)).endsWith(" INF m\n\tjava.lang.Error: x\n\tat a.B(C)\n");
        assertThat(json.of(line)).contains("\"stack\":\"java.lang.Error: x\\n\\tat a.B(C)\\n\"");
        assertThat(objects(json.of(line))).isEqualTo(1);
    }

    @Test
    void jsonIsOneObjectALineWithTypedValues() {
        assertThat(json.of(line(
                        "m \"q\"\n",
                        null,
                        new LogField("n", 7),
                        new LogField("d", 1.5),
                        new LogField("b", true),
                        new LogField("s", "7"))))
                .isEqualTo(
                        "{\"level\":\"info\",\"time\":\"2026-08-14T10:00:00Z\",\"n\":7,\"d\":1.5,\"b\":true,\"s\":\"7\","
                                + "\"message\":\"m \\\"q\\\"\\n\"}\n");
    }

    @Test
    void jsonStaysOneObjectWhateverComes() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x3000; c++) {
            all.append(c);
        }
        String made = json.of(line(all.toString(), all.toString(), new LogField("k", all.toString())));

        assertThat(made.indexOf('\n')).isEqualTo(made.length() - 1);
        assertThat(objects(made)).isEqualTo(1);
    }

    private static int objects(String text) throws IOException {
        int objects = 0;
        try (JsonParser parser =
                new JsonFactory().createParser(text).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)) {
            assertThat(parser.isEnabled(StreamReadFeature.STRICT_DUPLICATE_DETECTION))
                    .isTrue();
            while (parser.nextToken() != null) {
                parser.skipChildren();
                objects++;
            }
        }
        return objects;
    }

    private static LogLine line(String message, @Nullable String stack, LogField... fields) {
        return new LogLine(TIME, LogLevel.INFO, message, List.of(fields), stack);
    }
}
