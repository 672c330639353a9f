package dev.adit.connector.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.check.CheckRow.Component;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What people read, and scripts look for. */
final class CheckReportTest {
    private static final CheckRow NAME =
            CheckRow.pass(Component.DNS, "region1.v2.argotunnel.com", "DNS Resolved successfully");

    @Test
    void alignsTheTable() {
        CheckReport report = report(NAME, CheckRow.skip(Component.UDP, "192.0.2.1:7844", "QUIC is not used"));

        assertThat(report.text())
                .containsExactly(
                        "CONNECTIVITY PRE-CHECKS",
                        "COMPONENT         TARGET                     STATUS  DETAILS",
                        "DNS Resolution    region1.v2.argotunnel.com  PASS    DNS Resolved successfully",
                        "UDP Connectivity  192.0.2.1:7844             SKIP    QUIC is not used",
                        "SUMMARY: Environment is healthy, nothing is in the way of a tunnel");
        assertThat(report.isUsable()).isTrue();
    }

    @Test
    void callsWhatTheTunnelNeedsAnError() {
        CheckReport report = report(NAME, CheckRow.fail(Component.TCP, "192.0.2.1:7844", "blocked", "open the port"));

        assertThat(report.text())
                .contains(
                        "ERROR: open the port",
                        "SUMMARY: Environment has critical failures, the edge can't be reached");
        assertThat(report.isHardFailure()).isTrue();
        assertThat(report.isUsable()).isFalse();
    }

    @Test
    void warnsOfWhatOnlyRequestsNeed() {
        CheckReport report =
                report(NAME).with(List.of(CheckRow.fail(Component.ORIGIN, "http://localhost:1", "down", "start it")));

        assertThat(report.text())
                .contains(
                        "WARNING: start it", "SUMMARY: Environment is ready with degraded transport, see the warnings");
        assertThat(report.isHardFailure()).isFalse();
        assertThat(report.isUsable()).isFalse();
    }

    @Test
    void canDoWithoutTheApi() {
        CheckReport report = report(NAME, CheckRow.fail(Component.API, "api.example:443", "unreachable", "never mind"));

        assertThat(report.isHealthy()).isFalse();
        assertThat(report.isUsable()).isTrue();
    }

    @Test
    void saysTheSameAdviceOnce() {
        CheckRow failed = CheckRow.fail(Component.TCP, "192.0.2.1:7844", "blocked", "open the port");

        assertThat(report(failed, failed).text()).containsOnlyOnce("ERROR: open the port");
    }

    private static CheckReport report(CheckRow... rows) {
        return new CheckReport(new UUID(0, 1), List.of(rows));
    }
}
