package dev.adit.connector.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.admin.AdminAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class InstancesTest {
    @Test
    void looksAtTheFivePortsThatConnectorsTake() {
        assertThat(Instances.usual())
                .extracting(AdminAddress::toString)
                .containsExactly(
                        "localhost:20241", "localhost:20242", "localhost:20243", "localhost:20244", "localhost:20245");
    }

    @Test
    void waitsNoLongerForOneAnswerThanCloudflared() throws IOException {
        assertThat(Instances.ANSWER).hasSeconds(15);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AdminAddress address = AdminAddress.parse("127.0.0.1:" + silent.getLocalPort());

            assertThatThrownBy(() -> new Instances(Duration.ofMillis(50)).get(address, "/metrics"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within");
        }
    }
}
