package dev.adit.connector.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.check.CheckRow.Component;
import dev.adit.connector.logging.LoggedLines;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log has of the checks at the start. */
final class CheckReportLogTest {
    private static final UUID RUN = new UUID(0, 1);

    private final LoggedLines log = LoggedLines.of(CheckReport.class);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void hasALineForEachRowTheTableAndOneForAll() {
        new CheckReport(
                        RUN,
                        List.of(
                                CheckRow.pass(Component.DNS, "region1.example", "DNS Resolved successfully"),
                                CheckRow.skip(Component.UDP, "192.0.2.1:7844", "QUIC is not used")))
                .log();

        assertThat(log.lines())
                .containsExactly(
                        "INF precheck run_id=" + RUN + " component=\"DNS Resolution\" target=region1.example"
                                + " status=pass details=\"DNS Resolved successfully\"",
                        "INF precheck run_id=" + RUN + " component=\"UDP Connectivity\" target=192.0.2.1:7844"
                                + " status=skip details=\"QUIC is not used\"",
                        "INF CONNECTIVITY PRE-CHECKS",
                        "INF COMPONENT         TARGET           STATUS  DETAILS",
                        "INF DNS Resolution    region1.example  PASS    DNS Resolved successfully",
                        "INF UDP Connectivity  192.0.2.1:7844   SKIP    QUIC is not used",
                        "INF SUMMARY: Environment is healthy, nothing is in the way of a tunnel",
                        "INF precheck complete run_id=" + RUN + " hard_fail=false suggested_protocol=http2");
    }

    @Test
    void warnsOfWhatFailed() {
        new CheckReport(
                        RUN,
                        List.of(
                                CheckRow.pass(Component.DNS, "region1.example", "DNS Resolved successfully"),
                                CheckRow.fail(Component.TCP, "192.0.2.1:7844", "is blocked", "open the port")))
                .log();

        assertThat(log.lines())
                .anyMatch(line -> line.startsWith("INF precheck run_id=" + RUN + " component=\"DNS Resolution\""))
                .contains(
                        "WRN precheck run_id=" + RUN + " component=\"TCP Connectivity\" target=192.0.2.1:7844"
                                + " status=fail details=\"is blocked\"",
                        "WRN ERROR: open the port",
                        "WRN precheck complete run_id=" + RUN + " hard_fail=true suggested_protocol=http2");
    }

    @Test
    void takesNothingApartThatComesFromOutside() {
        new CheckReport(RUN, List.of(CheckRow.pass(Component.API, "api.example:443", "said {} level=debug"))).log();

        assertThat(log.lines())
                .contains("INF Cloudflare API  api.example:443  PASS    said {} level=debug")
                .anyMatch(line -> line.endsWith("details=\"said {} level=debug\""));
    }
}
