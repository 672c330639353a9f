package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SrvRecordTest {
    private static final SrvRecord FIRST = new SrvRecord(1, 10, 7844, "a.example");
    private static final SrvRecord SECOND = new SrvRecord(1, 30, 7844, "b.example");
    private static final SrvRecord LAST = new SrvRecord(2, 1000, 7844, "c.example");

    @Test
    void readsPriorityWeightPortAndTarget() {
        // 1, 5, 7844, region1.example
        assertThat(SrvRecord.read(
                        List.of(record("00010005" + "1ea4" + "07726567696f6e31" + "076578616d706c65" + "00"))))
                .containsExactly(new SrvRecord(1, 5, 7844, "region1.example"));
    }

    @Test
    void refusesARecordThatIsTooShort() {
        assertThatThrownBy(() -> SrvRecord.read(List.of(record("000100051ea4"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersByPriorityFirst() {
        for (int seed = 0; seed < 20; seed++) {
            List<SrvRecord> ordered = SrvRecord.ordered(List.of(LAST, SECOND, FIRST), new Random(seed));

            assertThat(ordered)
                    .hasSize(3)
                    .containsOnlyOnce(FIRST, SECOND)
                    .last()
                    .isEqualTo(LAST);
        }
    }

    @Test
    void shufflesThoseOfTheSamePriorityByWeight() {
        Random random = new Random(1);
        int first = 0;
        for (int i = 0; i < 4000; i++) {
            if (SrvRecord.ordered(List.of(FIRST, SECOND), random).get(0).equals(FIRST)) {
                first++;
            }
        }
        assertThat(first).isBetween(900, 1200);
    }

    @Test
    void takesWeightsOfZero() {
        Set<SrvRecord> firsts = new HashSet<>();
        SrvRecord a = new SrvRecord(1, 0, 1, "a");
        SrvRecord b = new SrvRecord(1, 0, 1, "b");
        firsts.addAll(SrvRecord.ordered(List.of(a, b), new Random(1)));
        assertThat(firsts).containsExactlyInAnyOrder(a, b);
    }

    private static DefaultDnsRawRecord record(String hex) {
        return new DefaultDnsRawRecord(
                "_x._tcp.example.", DnsRecordType.SRV, 60, Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }
}
