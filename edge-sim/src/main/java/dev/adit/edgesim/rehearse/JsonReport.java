package dev.adit.edgesim.rehearse;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The report for programs. Times are in seconds; what did not happen is null. */
final class JsonReport {
    private static final JsonMapper JSON = new JsonMapper();

    private JsonReport() {}

    static String of(Report report) {
        ObjectNode root = JSON.createObjectNode();
        Report.Setting setting = report.setting();
        root.put("good", report.isGood())
                .put("failure", report.failure())
                .put("connector", setting.connector())
                .put("connections", setting.connections())
                .put("requestsPerSecond", setting.rate())
                .put("seed", setting.seed());
        ArrayNode profiles = root.putArray("profiles");
        report.results().forEach(result -> add(profiles.addObject(), result));
        return root.toPrettyString() + "\n";
    }

    private static void add(ObjectNode node, TrialResult result) {
        node.put("name", result.trial().name())
                .put("description", result.trial().description())
                .put("good", result.isGood());
        add(node, result.counts());
        node.put("cuts", result.cuts());
        put(node, "secondsToDetect", result.trial().needsDetection() ? result.timeToDetect() : null);
        put(node, "secondsToRecover", result.timeToRecover());
        put(node, "faultAt", result.times().fault());
        put(node, "healedAt", result.times().healed());
        ArrayNode seconds = node.putArray("seconds");
        result.seconds().forEach(counts -> add(seconds.addObject(), counts));
        ArrayNode steps = node.putArray("connections");
        result.connections().forEach(step -> put(steps.addObject().put("count", step.connections()), "at", step.at()));
    }

    private static void add(ObjectNode node, TrialResult.Counts counts) {
        node.put("sent", counts.sent())
                .put("inTime", counts.inTime())
                .put("late", counts.late())
                .put("lost", counts.lost())
                .put("down", counts.down())
                .put("wrong", counts.wrong())
                .put("unanswered", counts.unanswered())
                .put("failed", counts.failed())
                .put("broken", counts.broken());
    }

    private static void put(ObjectNode node, String name, @Nullable Duration time) {
        if (time == null) {
            node.putNull(name);
        } else {
            node.put(name, time.toMillis() / 1000.0);
        }
    }
}
