package dev.adit.edgesim.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DnsRecordType;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known below {@code argotunnel.com}. The first two regions are those of the whole network,
 * {@code region1.v2} and {@code region2.v2}; an edge with one region has half of its addresses in each. Region R has
 * names of its own in the same way, {@code R-region1.v2} and {@code R-region2.v2}. Immutable.
 */
final class EdgeZone {
    /** The zone, in lower case, with a dot at its end. */
    static final String ORIGIN = "argotunnel.com.";

    // A connector takes two records and needs as many.
    private static final int TARGETS = 2;
    private static final String SERVICE = "v2-origintunneld._tcp." + ORIGIN;
    // HTTP/2 for everybody: there is no QUIC here.
    private static final String PROTOCOLS =
            "[{\"protocol\":\"quic\",\"percentage\":0},{\"protocol\":\"http2\",\"percentage\":100}]";
    // No QUIC datagrams of version 3; no probes, which would leave this machine.
    private static final String FEATURES = "{\"dv3_2\":0,\"skip_prechecks\":true}";

    /** One record: its type, and its data as it goes on the wire. */
    static final class Entry {
        private final DnsRecordType type;
        private final byte[] bytes;

        Entry(DnsRecordType type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes.clone();
        }

        DnsRecordType type() {
            return type;
        }

        /** For the caller to release. */
        ByteBuf data() {
            return Unpooled.wrappedBuffer(bytes);
        }
    }

    private final Map<String, List<Entry>> byName = new HashMap<>();

    /**
     * A zone for these regions.
     *
     * @param regions their names and where each listens
     */
    EdgeZone(Map<String, List<InetSocketAddress>> regions) {
        List<List<InetSocketAddress>> all = new ArrayList<>(regions.values());
        announce("", all.size() < TARGETS ? halves(all.get(0)) : all);
        regions.forEach((name, addresses) -> announce(name + "-", halves(addresses)));
        text("protocol-v2." + ORIGIN, PROTOCOLS);
        text("cfd-features." + ORIGIN, FEATURES);
        add(ORIGIN, new Entry(DnsRecordType.SOA, authority()));
    }

    private void announce(String prefix, List<List<InetSocketAddress>> targets) {
        for (int i = 0; i < targets.size(); i++) {
            String target = prefix + "region" + (i + 1) + ".v2." + ORIGIN;
            WireData service = new WireData()
                    // A priority for each, so that all connectors agree on the order.
                    .number(i + 1)
                    .number(1)
                    .number(targets.get(i).get(0).getPort())
                    .name(target);
            add("_" + prefix + SERVICE, new Entry(DnsRecordType.SRV, service.bytes()));
            for (InetSocketAddress address : targets.get(i)) {
                address(target, address.getAddress());
            }
        }
    }

    // As connectors do with static addresses: even ones here, odd ones there.
    private static List<List<InetSocketAddress>> halves(List<InetSocketAddress> addresses) {
        if (addresses.size() < TARGETS) {
            return List.of(addresses, addresses);
        }
        List<List<InetSocketAddress>> halves = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < addresses.size(); i++) {
            halves.get(i % TARGETS).add(addresses.get(i));
        }
        return halves;
    }

    private void address(String name, InetAddress listens) {
        // Whoever listens everywhere is found on this machine.
        InetAddress address = listens.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listens;
        byte[] bytes = address.getAddress();
        add(name, new Entry(bytes.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA, bytes));
    }

    private void text(String name, String value) {
        add(name, new Entry(DnsRecordType.TXT, new WireData().text(value).bytes()));
    }

    private void add(String name, Entry entry) {
        byName.computeIfAbsent(name, unknown -> new ArrayList<>()).add(entry);
    }

    /** The data of the zone's SOA record. */
    static byte[] authority() {
        WireData data = new WireData().name("ns." + ORIGIN).name("hostmaster." + ORIGIN);
        // Serial, refresh, retry and expiry mean nothing without secondaries; the last is how long "no" is good for.
        for (int number : new int[] {1, 3600, 600, 86_400, DnsResponder.TTL_SECONDS}) {
            data.number(number >>> 16).number(number & 0xffff);
        }
        return data.bytes();
    }

    /** Whether {@code name}, with a dot at its end and in any case, is in this zone. */
    static boolean contains(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals(ORIGIN) || lower.endsWith("." + ORIGIN);
    }

    /** What is known of {@code name}, in any case: nothing for a name above others; null if there is no such name. */
    @Nullable
    List<Entry> find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        List<Entry> entries = byName.get(lower);
        if (entries != null) {
            return entries;
        }
        boolean hasNamesBelow = byName.keySet().stream().anyMatch(known -> known.endsWith("." + lower));
        return hasNamesBelow ? List.of() : null;
    }

    /** Puts the data of records together. */
    private static final class WireData {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        WireData number(int value) {
            out.write(value >>> 8);
            out.write(value);
            return this;
        }

        WireData name(String name) {
            for (String label : name.split("\\.", 0)) {
                text(label);
            }
            out.write(0);
            return this;
        }

        WireData text(String value) {
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            out.write(bytes.length);
            out.write(bytes, 0, bytes.length);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
