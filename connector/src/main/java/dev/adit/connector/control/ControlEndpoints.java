package dev.adit.connector.control;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.status.Json;
import dev.adit.proxy.config.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /reload}, {@code /drain} and {@code /loglevel}: each changes something on POST, for users of this machine, and says
 * so in the log.
 */
public final class ControlEndpoints {
    private static final Logger log = LoggerFactory.getLogger(ControlEndpoints.class);

    private static final String POST = "POST";
    private static final String LEVEL = "level";
    private static final String GRACE = "grace";

    private ControlEndpoints() {}

    /** Those that tell {@code controls} what to do. */
    public static Endpoints of(Controls controls) {
        return new Endpoints()
                .add(POST, "/reload", Endpoint.local(request -> reload(controls)))
                .add(POST, "/drain", Endpoint.local(Endpoint.now(request -> drain(controls, request))))
                .get("/loglevel", Endpoint.local(Endpoint.now(request -> level(controls))))
                .add(POST, "/loglevel", Endpoint.local(Endpoint.now(request -> changeLevel(controls, request))));
    }

    private static CompletionStage<AdminAnswer> reload(Controls controls) {
        return controls.reload()
                .thenApply(problem -> problem == null
                        ? AdminAnswer.json(200, Json.object(json -> json.writeBooleanField("reloaded", true)))
                        : AdminAnswer.json(422, Json.object(json -> {
                            json.writeBooleanField("reloaded", false);
                            json.writeStringField("problem", problem);
                        })));
    }

    private static AdminAnswer drain(Controls controls, AdminRequest request) {
        String grace = parameter(request, GRACE);
        Duration limit = grace == null ? null : GoDuration.parse(grace);
        if (grace != null && (limit == null || limit.isNegative())) {
            return AdminAnswer.text(400, "grace must be a duration such as 30s\n");
        }
        log.info("Initiating graceful shutdown because it was asked for locally");
        controls.drain(limit);
        return AdminAnswer.json(202, Json.object(json -> json.writeBooleanField("draining", true)));
    }

    private static AdminAnswer changeLevel(Controls controls, AdminRequest request) {
        String level = parameter(request, LEVEL);
        if (level == null) {
            return AdminAnswer.text(400, "level is missing, as in /loglevel?level=debug\n");
        }
        String before = controls.logLevel();
        try {
            controls.logLevel(level);
        } catch (IllegalArgumentException e) {
            return AdminAnswer.text(400, e.getMessage() + "\n");
        }
        log.info("Log level changed from={} to={}", before, controls.logLevel());
        return level(controls);
    }

    private static AdminAnswer level(Controls controls) {
        return AdminAnswer.json(200, Json.object(json -> json.writeStringField("loglevel", controls.logLevel())));
    }

    /** The value of {@code name}; null if it is not there, or more than once. */
    private static @Nullable String parameter(AdminRequest request, String name) {
        List<String> values = request.query().getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : null;
    }
}
