package dev.adit.connector.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What one look at the surroundings found.
 *
 * @param runId the same on every line of the log that belongs to it
 * @param rows in the order of the table
 */
public record CheckReport(UUID runId, List<CheckRow> rows) {
    private static final Logger log = LoggerFactory.getLogger(CheckReport.class);

    private static final List<String> TITLES = List.of("COMPONENT", "TARGET", "STATUS", "DETAILS");

    public CheckReport {
        rows = List.copyOf(rows);
    }

    /** Whether no connection to the edge can be had. */
    public boolean isHardFailure() {
        return rows.stream().anyMatch(CheckRow::isHardFailure);
    }

    /** Whether nothing failed that requests need. */
    public boolean isUsable() {
        return rows.stream().noneMatch(CheckRow::isHarmful);
    }

    /** This report and {@code more} in one. */
    public CheckReport with(List<CheckRow> more) {
        List<CheckRow> all = new ArrayList<>(rows);
        all.addAll(more);
        return new CheckReport(runId, all);
    }

    /** Whether nothing failed at all. */
    public boolean isHealthy() {
        return rows.stream().noneMatch(row -> row.status() == CheckRow.Status.FAIL);
    }

    /** The table, what to do, and one sentence about the whole. */
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        List<List<String>> cells = Stream.concat(
                        Stream.of(TITLES), rows.stream().map(CheckReport::cells))
                .toList();
        int[] widths = new int[TITLES.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        lines.add("CONNECTIVITY PRE-CHECKS");
        cells.forEach(line -> lines.add(aligned(line, widths)));
        lines.addAll(advice());
        lines.add(summary());
        return lines;
    }

    /** For programs; the keys are cloudflared's. */
    public String json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("RunID", runId.toString());
            json.writeBooleanField("HardFail", isHardFailure());
            json.writeStringField("SuggestedProtocol", "http2");
            json.writeArrayFieldStart("Results");
            for (CheckRow row : rows) {
                json.writeStartObject();
                json.writeStringField("Component", row.component().label());
                json.writeStringField("Target", row.target());
                json.writeStringField("Status", row.status().text());
                json.writeStringField("Details", row.details());
                json.writeStringField("Action", row.advice());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array in memory does not fail
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** One line for each row, then the table; what failed is a warning. */
    public void log() {
        for (CheckRow row : rows) {
            log.atLevel(row.status() == CheckRow.Status.FAIL ? Level.WARN : Level.INFO)
                    .log(
                            "precheck run_id={} component=\"{}\" target={} status={} details=\"{}\"",
                            runId,
                            row.component().label(),
                            row.target(),
                            row.status().text(),
                            row.details());
        }
        Level level = isHealthy() ? Level.INFO : Level.WARN;
        text().forEach(line -> log.atLevel(level).log("{}", line));
        log.atLevel(level)
                .log("precheck complete run_id={} hard_fail={} suggested_protocol=http2", runId, isHardFailure());
    }

    private Set<String> advice() {
        Set<String> advice = new LinkedHashSet<>();
        for (CheckRow row : rows) {
            if (row.advice() != null) {
                advice.add((row.isHardFailure() ? "ERROR: " : "WARNING: ") + row.advice());
            }
        }
        return advice;
    }

    private String summary() {
        if (isHealthy()) {
            return "SUMMARY: Environment is healthy, nothing is in the way of a tunnel";
        }
        return isHardFailure()
                ? "SUMMARY: Environment has critical failures, the edge can't be reached"
                : "SUMMARY: Environment is ready with degraded transport, see the warnings";
    }

    private static List<String> cells(CheckRow row) {
        return List.of(row.component().label(), row.target(), row.status().name(), row.details());
    }

    private static String aligned(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
        }
        return text.toString().stripTrailing();
    }
}
