package dev.adit.edgesim.dns;

import io.netty.handler.codec.dns.AbstractDnsOptPseudoRrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.util.List;

/** Answers questions about one zone, with authority, and no others. Immutable. */
final class DnsResponder {
    /** How long answers, and that there is none, may be kept: the simulator never changes them. */
    static final int TTL_SECONDS = 60;

    // RFC 1035 §4.2.1.
    private static final int PLAIN_UDP_BYTES = 512;
    // What crosses any network in one piece; the recommendation of DNS Flag Day 2020.
    private static final int EDNS_UDP_BYTES = 1232;
    private static final int HEADER_BYTES = 12;
    // Type, class, time to live and length of the data.
    private static final int RECORD_BYTES = 10;
    // The root's name, and no options.
    private static final int OPT_BYTES = 1 + RECORD_BYTES;

    private final EdgeZone zone;

    DnsResponder(EdgeZone zone) {
        this.zone = zone;
    }

    /** Answers {@code query} over UDP: cut if it is more than the client takes. */
    void overUdp(DnsQuery query, DnsResponse response) {
        DnsRecord options = query.recordAt(DnsSection.ADDITIONAL);
        boolean edns = options != null && options.type().equals(DnsRecordType.OPT);
        int limit = PLAIN_UDP_BYTES;
        if (edns && options != null) {
            // Its class is the size.
            limit = Math.max(PLAIN_UDP_BYTES, Math.min(EDNS_UDP_BYTES, options.dnsClass()));
        }
        answer(query, response);
        if (size(response) + (edns ? OPT_BYTES : 0) > limit) {
            response.clear(DnsSection.ANSWER);
            response.clear(DnsSection.AUTHORITY);
            response.setTruncated(true);
        }
        if (edns) {
            response.addRecord(DnsSection.ADDITIONAL, new Options());
        }
    }

    /** Answers {@code query}. */
    void answer(DnsQuery query, DnsResponse response) {
        response.setRecursionDesired(query.isRecursionDesired());
        if (!query.opCode().equals(DnsOpCode.QUERY)) {
            response.setCode(DnsResponseCode.NOTIMP);
            return;
        }
        if (query.count(DnsSection.QUESTION) != 1) {
            response.setCode(DnsResponseCode.FORMERR);
            return;
        }
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        response.addRecord(DnsSection.QUESTION, question);
        if (question.dnsClass() != DnsRecord.CLASS_IN || !EdgeZone.contains(question.name())) {
            response.setCode(DnsResponseCode.REFUSED);
            return;
        }
        response.setAuthoritativeAnswer(true);
        List<EdgeZone.Entry> known = zone.find(question.name());
        if (known == null) {
            response.setCode(DnsResponseCode.NXDOMAIN);
        } else {
            for (EdgeZone.Entry entry : known) {
                if (question.type().equals(entry.type()) || question.type().equals(DnsRecordType.ANY)) {
                    // By the name as it was asked for: who mixes upper and lower case wants them back.
                    response.addRecord(DnsSection.ANSWER, record(question.name(), entry));
                }
            }
        }
        if (response.count(DnsSection.ANSWER) == 0) {
            EdgeZone.Entry authority = new EdgeZone.Entry(DnsRecordType.SOA, EdgeZone.authority());
            response.addRecord(DnsSection.AUTHORITY, record(EdgeZone.ORIGIN, authority));
        }
    }

    private static DnsRecord record(String name, EdgeZone.Entry entry) {
        return new DefaultDnsRawRecord(name, entry.type(), TTL_SECONDS, entry.data());
    }

    // Netty writes all names in full, so that this is exact.
    private static int size(DnsResponse response) {
        int bytes = HEADER_BYTES;
        for (DnsSection section : DnsSection.values()) {
            for (int i = 0; i < response.count(section); i++) {
                DnsRecord record = response.recordAt(section, i);
                bytes += record.name().length() + 1;
                bytes += record instanceof DefaultDnsRawRecord raw
                        ? RECORD_BYTES + raw.content().readableBytes()
                        : Integer.BYTES;
            }
        }
        return bytes;
    }

    /** Says that EDNS is spoken here (RFC 6891). */
    private static final class Options extends AbstractDnsOptPseudoRrRecord {
        Options() {
            super(EDNS_UDP_BYTES);
        }
    }
}
