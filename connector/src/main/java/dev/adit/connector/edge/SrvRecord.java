package dev.adit.connector.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One place where a service runs, RFC 2782.
 *
 * @param priority lower ones come first
 * @param weight share among those of the same priority
 * @param port where it listens
 * @param target the host's name, without a dot at its end
 */
record SrvRecord(int priority, int weight, int port, String target) {
    /** Bytes before the target: priority, weight, port. */
    private static final int FIXED_BYTES = 6;

    /** Those among {@code answers}, which are only borrowed; throws {@link IllegalArgumentException} if one is malformed. */
    static List<SrvRecord> read(Iterable<? extends DnsRecord> answers) {
        List<SrvRecord> services = new ArrayList<>();
        for (DnsRecord answer : answers) {
            if (answer.type().equals(DnsRecordType.SRV) && answer instanceof DnsRawRecord raw) {
                services.add(read(raw.content()));
            }
        }
        return services;
    }

    private static SrvRecord read(ByteBuf content) {
        // Not a slice: the name may point to another one in the same message.
        ByteBuf bytes = content.duplicate();
        if (bytes.readableBytes() <= FIXED_BYTES) {
            throw new IllegalArgumentException("SRV record of " + bytes.readableBytes() + " bytes");
        }
        int priority = bytes.readUnsignedShort();
        int weight = bytes.readUnsignedShort();
        int port = bytes.readUnsignedShort();
        String target = DefaultDnsRecordDecoder.decodeName(bytes);
        return new SrvRecord(priority, weight, port, target.substring(0, target.length() - 1));
    }

    /** In the order in which they are to be tried: by priority, then shuffled by weight. */
    static List<SrvRecord> ordered(List<SrvRecord> records, RandomGenerator random) {
        List<SrvRecord> rest = new ArrayList<>(records);
        rest.sort(Comparator.comparingInt(SrvRecord::priority).thenComparingInt(SrvRecord::weight));
        List<SrvRecord> ordered = new ArrayList<>();
        while (!rest.isEmpty()) {
            ordered.add(rest.remove(draw(rest, random)));
        }
        return ordered;
    }

    /** RFC 2782: the running sum of weights that first reaches a random number up to the whole sum. */
    private static int draw(List<SrvRecord> rest, RandomGenerator random) {
        int best = rest.get(0).priority;
        List<SrvRecord> equal =
                rest.stream().filter(record -> record.priority == best).toList();
        int sum = equal.stream().mapToInt(SrvRecord::weight).sum();
        int drawn = random.nextInt(sum + 1);
        int reached = 0;
        for (int i = 0; i < equal.size(); i++) {
            reached += equal.get(i).weight;
            if (reached >= drawn) {
                return i;
            }
        }
        return 0;
    }
}
