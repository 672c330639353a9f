package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultDesk;
import dev.adit.edgesim.fault.FaultEvent;
import dev.adit.edgesim.fault.FaultKind;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.FaultOrders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Faults as JSON: the kinds, those that run, and what happened. Confined to the event loop. */
final class FaultBoard {
    // As many as are of use in a list; they are sent anew with each change.
    private static final int SHOWN_EVENTS = 100;

    private final FaultDesk desk;
    private final Runnable changed;
    private final Map<Long, ObjectNode> running = new LinkedHashMap<>();
    private final Deque<ObjectNode> events = new ArrayDeque<>();

    /** A board that calls {@code changed} when it is different. */
    FaultBoard(FaultDesk desk, Runnable changed) {
        this.desk = desk;
        this.changed = changed;
        desk.addListener(this::heard);
    }

    /** What runs now, and the last events. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("running").addAll(running.values());
        json.set("events", events());
        return json;
    }

    /** The last events, the oldest first. */
    ArrayNode events() {
        return JsonNodeFactory.instance.arrayNode().addAll(events);
    }

    /** What can be ordered. */
    ArrayNode kinds() {
        ArrayNode kinds = JsonNodeFactory.instance.arrayNode();
        for (FaultKind kind : desk.kinds()) {
            ObjectNode json = kinds.addObject()
                    .put("name", kind.name())
                    .put("description", kind.description())
                    .put("instant", isInstant(kind));
            ArrayNode parameters = json.putArray("parameters");
            for (FaultKind.Parameter parameter : kind.parameters()) {
                parameters
                        .addObject()
                        .put("name", parameter.name())
                        .put("type", parameter.type())
                        .put("default", parameter.defaultValue())
                        .put("description", parameter.description());
            }
        }
        return kinds;
    }

    /** Lets the fault of {@code json} take effect; throws IllegalArgumentException that says what is wrong with it. */
    ObjectNode inject(JsonNode json) {
        FaultOrder order = FaultOrders.parse(json);
        FaultEvent started = desk.inject(order);
        ObjectNode item = running.get(started.sequence());
        Duration duration = order.duration();
        if (item != null && duration != null) {
            item.put("endsAt", Instant.now().plus(duration).toString());
            changed.run();
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("sequence", started.sequence())
                .put("fault", started.fault())
                .put("scope", started.scope());
    }

    /** Ends the fault with that number; false if it is over already. */
    boolean heal(long sequence) {
        return desk.heal(sequence);
    }

    /** Ends all. */
    void heal() {
        desk.heal();
    }

    private void heard(FaultEvent event) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("sequence", event.sequence())
                .put("at", Instant.now().toString())
                .put("fault", event.fault())
                .put("scope", event.scope());
        if (event.phase() == FaultEvent.Phase.STARTED) {
            running.put(event.sequence(), json.deepCopy().putNull("endsAt"));
        } else {
            running.remove(event.sequence());
        }
        if (events.size() == SHOWN_EVENTS) {
            events.removeFirst();
        }
        events.addLast(json.put("phase", event.phase().name().toLowerCase(Locale.ROOT)));
        changed.run();
    }

    private static boolean isInstant(FaultKind kind) {
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("fault", kind.name());
        return FaultOrders.parse(order).fault() instanceof Fault.Instant;
    }
}
