package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.edgesim.fault.Profile;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
    private static final TrialResult.Counts QUIET = new TrialResult.Counts(50, 0, 0, 0, 0, 0, 0, 0);
    private static final TrialResult HOLE = result(
            trial(Profile.BLACK_HOLE_IN, "Nothing <at all> passes.", Duration.ofSeconds(15), true),
            new TrialResult.Counts(700, 30, 12, 0, 0, 11, 0, 1),
            times(2_000, 17_000, 11_250L, 17_040L));
    private static final TrialResult CUT = result(
            trial(Profile.CUT_ONE, "A connection is cut.", Duration.ZERO, false),
            new TrialResult.Counts(90, 0, 1, 9, 0, 0, 0, 1),
            times(2_000, 2_000, 2_010L, 3_310L));
    private static final TrialResult STUCK = result(
            trial(Profile.REFUSE, "It never comes back.", Duration.ofSeconds(6), false),
            new TrialResult.Counts(100, 0, 0, 3_000, 2, 0, 0, 0),
            times(2_000, 8_000, null, null));

    @Test
    void tableHasARowForEachProfile() {
        assertThat(TextReport.of(report(HOLE, CUT))).isEqualTo("""
                        connector: some "connector" <run>
                        4 connections, 50 requests/s, seed 7

                        profile        sent  in time  late  lost  down  wrong  cuts  detected s  recovered s
                        black-hole-in   742      700    30    12     0      0     2         9.3          0.0
                        cut-one         100       90     0     1     9      0     2           -          1.3

                        """ + TextReport.LEGEND + """

                        OK: the connector recovered by itself from all 2 profiles, and nothing wrong was served
                        """);
    }

    @Test
    void saysWhenAFaultWasNotFoundBeforeItEnded() {
        TrialResult unnoticed = result(HOLE.trial(), QUIET, times(2_000, 17_000, 17_001L, 18_000L));

        assertThat(TextReport.cells(unnoticed)).endsWith("NO", "1.0");
        assertThat(TextReport.cells(CUT)).endsWith("-", "1.3");
    }

    @Test
    void saysWhatWentWrong() {
        assertThat(report(HOLE, STUCK).isGood()).isFalse();
        assertThat(TextReport.of(report(HOLE, STUCK)))
                .containsPattern("refuse +3102 +100 +0 +0 +3000 +2 +2 +- +NO\n")
                .endsWith("FAILED: not recovered, or wrong answers: refuse\n");
        assertThat(TextReport.of(new Report(report().setting(), List.of(CUT), "the connector ended")))
                .endsWith("FAILED: the connector ended\n");
    }

    @Test
    void isBadWhenSomethingWrongWasServedThoughAllRecovered() {
        TrialResult wrong = result(HOLE.trial(), new TrialResult.Counts(10, 0, 0, 0, 1, 0, 0, 0), HOLE.times());

        assertThat(report(wrong).isGood()).isFalse();
        assertThat(report(HOLE).isGood()).isTrue();
    }

    @Test
    void jsonHasAllNumbers() throws Exception {
        JsonNode json = new JsonMapper().readTree(JsonReport.of(report(HOLE, STUCK)));

        assertThat(json.path("good").asBoolean()).isFalse();
        assertThat(json.path("seed").asLong()).isEqualTo(7);
        JsonNode hole = json.path("profiles").path(0);
        assertThat(hole.path("name").asText()).isEqualTo("black-hole-in");
        assertThat(hole.path("sent").asInt()).isEqualTo(742);
        assertThat(hole.path("unanswered").asInt()).isEqualTo(11);
        assertThat(hole.path("secondsToDetect").asDouble()).isEqualTo(9.25);
        assertThat(hole.path("secondsToRecover").asDouble()).isEqualTo(0.04);
        assertThat(hole.path("seconds")).hasSize(2);
        assertThat(hole.path("connections").path(1).path("count").asInt()).isEqualTo(3);
        JsonNode stuck = json.path("profiles").path(1);
        assertThat(stuck.path("secondsToRecover").isNull()).isTrue();
        assertThat(stuck.path("good").asBoolean()).isFalse();
    }

    @Test
    void pageIsSelfContainedAndEscaped() throws Exception {
        String page = HtmlReport.of(report(HOLE, STUCK));

        assertThat(page)
                .contains("some &quot;connector&quot; &lt;run&gt;")
                .contains("Nothing &lt;at all&gt; passes.")
                .contains("prefers-color-scheme: dark")
                .doesNotContain("<script")
                .doesNotContainPattern("(src|href)=\"[^#]")
                .doesNotContain("url(");
        // Well-formed, but for the two elements of the head that HTML does not close.
        String xml = page.replaceAll("<!DOCTYPE html>|<meta [^>]*>", "");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(2);
    }

    @Test
    void chartShowsFaultBarsAndConnections() {
        String chart = Chart.of(HOLE, 4);

        assertThat(chart)
                .contains("aria-label=\"black-hole-in: 700 requests in time, 30 late, 12 lost, 0 down, 0 wrong\"")
                .contains("class=\"fault\"")
                .contains("<title>second 1: 20 in time, 5 late, 2 lost, 3 down, 0 wrong</title>")
                .containsPattern("class=\"connections\" d=\"M40\\.0 12\\.0H[0-9.]+ V49\\.5H864\"");
    }

    @Test
    void chartOfNothingIsEmpty() {
        TrialResult none = new TrialResult(
                CUT.trial(),
                new TrialResult.Counts(0, 0, 0, 0, 0, 0, 0, 0),
                0,
                times(0, 0, null, null),
                List.of(),
                List.of());

        assertThat(Chart.of(none, 4)).startsWith("<svg ").endsWith("</svg>\n").doesNotContain("NaN");
    }

    private static Report report(TrialResult... results) {
        return new Report(new Report.Setting("some \"connector\" <run>", 4, 7, 50), List.of(results), null);
    }

    private static Trial trial(Profile profile, String description, Duration lasting, boolean needsDetection) {
        return new Trial(profile, description, List.of(), lasting, needsDetection);
    }

    private static TrialResult result(Trial trial, TrialResult.Counts counts, TrialResult.Times times) {
        return new TrialResult(
                trial,
                counts,
                2,
                times,
                List.of(QUIET, new TrialResult.Counts(20, 5, 2, 3, 0, 0, 0, 2)),
                List.of(new Recording.Step(Duration.ZERO, 4), new Recording.Step(Duration.ofMillis(1_500), 3)));
    }

    private static TrialResult.Times times(long fault, long healed, @Nullable Long detected, @Nullable Long recovered) {
        return new TrialResult.Times(
                Duration.ofMillis(fault),
                Duration.ofMillis(healed),
                detected == null ? null : Duration.ofMillis(detected),
                recovered == null ? null : Duration.ofMillis(recovered));
    }
}
