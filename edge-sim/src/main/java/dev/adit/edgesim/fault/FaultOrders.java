package dev.adit.edgesim.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.edgesim.fault.FaultKind.Parameter;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All kinds of faults, and how an order for one is read from JSON. */
public final class FaultOrders {
    private static final List<String> COMMON = List.of("fault", "tunnel", "connection", "region", "for");
    private static final Parameter DIRECTION = new Parameter(
            "direction", FaultFields.words(Flow.class), "both", "in: connector to edge; out: edge to connector");
    private static final Parameter ENDING =
            new Parameter("ending", FaultFields.words(Ending.class), "fin", "how TCP ends");

    private static final Map<String, Entry> ENTRIES = entries();

    private FaultOrders() {}

    /** All kinds. */
    public static List<FaultKind> kinds() {
        return ENTRIES.values().stream().map(Entry::kind).toList();
    }

    /**
     * Reads {@code {"fault":"black-hole","tunnel":"jenkins","connection":0,"for":"5s","direction":"both"}}. Only
     * {@code fault} must be there. Throws IllegalArgumentException that says what is wrong with it.
     */
    public static FaultOrder parse(JsonNode json) {
        String name = json.path("fault").asText();
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "fault must be one of " + String.join(", ", ENTRIES.keySet()) + ", was '" + name + "'");
        }
        FaultFields fields = new FaultFields(json, entry.kind.parameters());
        fields.checkKeys(COMMON);
        return new FaultOrder(entry.reader.apply(fields), scope(json), fields.optionalDuration("for"));
    }

    private static Scope scope(JsonNode json) {
        JsonNode connection = json.path("connection");
        if (json.hasNonNull("region")) {
            if (json.hasNonNull("tunnel") || json.hasNonNull("connection")) {
                throw new IllegalArgumentException("either a region or a tunnel");
            }
            return new Scope.OfRegion(json.path("region").asText());
        }
        if (!json.hasNonNull("tunnel")) {
            if (json.hasNonNull("connection")) {
                throw new IllegalArgumentException("connection needs a tunnel");
            }
            return Scope.all();
        }
        String tunnel = json.path("tunnel").asText();
        if (!json.hasNonNull("connection")) {
            return new Scope.OfTunnel(tunnel);
        }
        if (!connection.isInt() || connection.asInt() < 0 || connection.asInt() > 255) {
            throw new IllegalArgumentException("connection must be a number from 0 to 255, was " + connection);
        }
        return new Scope.OfConnection(tunnel, connection.asInt());
    }

    private static Map<String, Entry> entries() {
        Map<String, Entry> all = new LinkedHashMap<>();
        registrations(all);
        connections(all);
        streams(all);
        links(all);
        edge(all);
        return all;
    }

    private static void registrations(Map<String, Entry> all) {
        put(
                all,
                new FaultKind(
                        "refuse",
                        "refuses a registration",
                        List.of(
                                new Parameter("cause", "text", "refused on purpose", "the words of the refusal"),
                                new Parameter("retry", "boolean", "true", "whether the connector should try again"),
                                new Parameter("after", "duration", "5s", "how long it should wait before"))),
                fields -> new Fault.Refuse(fields.text("cause"), fields.flag("retry"), fields.duration("after")));
        put(
                all,
                simple("unauthorized", "refuses a registration as with a wrong secret"),
                fields -> new Fault.Unauthorized());
        put(all, simple("duplicate", "refuses a registration as EDUPCONN"), fields -> new Fault.Duplicate());
        put(all, simple("hang-rpc", "never answers a registration"), fields -> new Fault.HangRpc());
        put(
                all,
                simple("close-early", "closes a connection when its registration arrives"),
                fields -> new Fault.CloseEarly());
    }

    private static void connections(Map<String, Entry> all) {
        put(
                all,
                new FaultKind("cut-one", "cuts one connection, picked at random", List.of(ENDING)),
                fields -> new Fault.CutOne(fields.choice("ending", Ending.class)));
        put(
                all,
                new FaultKind("cut-all", "cuts all connections", List.of(ENDING)),
                fields -> new Fault.CutAll(fields.choice("ending", Ending.class)));
        put(all, simple("goaway", "sends GOAWAY"), fields -> new Fault.Goaway());
        put(
                all,
                new FaultKind(
                        "corrupt-frame",
                        "sends bytes that must not be accepted",
                        List.of(new Parameter(
                                "what", FaultFields.words(Corruption.class), "length", "what is wrong with them"))),
                fields -> new Fault.CorruptFrame(fields.choice("what", Corruption.class)));
    }

    private static void streams(Map<String, Entry> all) {
        put(
                all,
                new FaultKind(
                        "reset-stream",
                        "resets a stream in the middle of a body",
                        List.of(
                                new Parameter("side", FaultFields.words(StreamSide.class), "response", "which body"),
                                new Parameter("bytes", "number", "0", "how much of it goes by before"),
                                new Parameter("code", "text", "cancel", "error code of HTTP/2"))),
                fields -> new Fault.ResetStream(
                        fields.choice("side", StreamSide.class),
                        fields.number("bytes"),
                        fields.choice("code", Http2Error.class)));
        put(all, simple("stall-reads", "reads nothing more from the connector"), fields -> new Fault.StallReads());
        put(
                all,
                new FaultKind(
                        "tiny-windows",
                        "announces tiny windows, so that answers come in drops",
                        List.of(new Parameter("bytes", "number", "64", "initial window of a stream"))),
                fields -> new Fault.TinyWindows(fields.smallNumber("bytes")));
        put(
                all,
                new FaultKind(
                        "config-mid-upload",
                        "pushes the configuration while a request body is under way",
                        List.of(new Parameter("bytes", "number", "0", "how much of the body goes out before"))),
                fields -> new Fault.ConfigMidUpload(fields.number("bytes")));
        put(
                all,
                new FaultKind(
                        "config-storm",
                        "pushes the configuration many times, old versions included",
                        List.of(new Parameter("count", "number", "20", "how many versions"))),
                fields -> new Fault.ConfigStorm(fields.smallNumber("count")));
    }

    private static void links(Map<String, Entry> all) {
        put(
                all,
                new FaultKind(
                        "slow-link",
                        "delays all bytes and caps their rate",
                        List.of(
                                DIRECTION,
                                new Parameter("delay", "duration", "100ms", "how long each byte is under way"),
                                new Parameter("jitter", "duration", "20ms", "a random time up to this comes on top"),
                                new Parameter("rate", "number", "0", "bytes a second; 0 for no cap"))),
                fields -> new Fault.SlowLink(
                        fields.choice("direction", Flow.class),
                        fields.duration("delay"),
                        fields.duration("jitter"),
                        fields.number("rate") == 0 ? Long.MAX_VALUE : fields.number("rate")));
        put(
                all,
                new FaultKind("black-hole", "lets nothing through, though TCP stays up", List.of(DIRECTION)),
                fields -> new Fault.BlackHole(fields.choice("direction", Flow.class)));
        put(
                all,
                new FaultKind(
                        "large-packets",
                        "lets only small packets through; what comes behind a large one waits",
                        List.of(DIRECTION, new Parameter("bytes", "number", "1000", "the largest that gets through"))),
                fields -> new Fault.LargePackets(fields.choice("direction", Flow.class), fields.smallNumber("bytes")));
    }

    private static void edge(Map<String, Entry> all) {
        put(all, simple("region-loss", "takes a region of the edge away"), fields -> new Fault.RegionLoss());
        put(
                all,
                simple("skewed-certificate", "shows a certificate that is not valid yet, and cuts all connections"),
                fields -> new Fault.SkewedCertificate());
        put(
                all,
                simple("expired-certificate", "shows a certificate that has expired, and cuts all connections"),
                fields -> new Fault.ExpiredCertificate());
    }

    private static FaultKind simple(String name, String description) {
        return new FaultKind(name, description, List.of());
    }

    private static void put(Map<String, Entry> all, FaultKind kind, Function<FaultFields, Fault> reader) {
        all.put(kind.name(), new Entry(kind, reader));
    }

    /** A kind and how its faults are read. */
    private record Entry(FaultKind kind, Function<FaultFields, Fault> reader) {}
}
