package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says of settings that can't work here. */
final class CheckCommandTest {
    @Test
    void tellsWhatIsWrongAndFails(@TempDir Path directory) throws IOException {
        int free = freePort();
        Path config = Files.writeString(
                directory.resolve("config.yml"), "ingress:\n  - service: http://127.0.0.1:" + free + "\n");

        Ran ran = Ran.of(
                "check",
                "--config=" + config,
                "--token=bm8=",
                "--edge=127.0.0.1:" + free,
                "--api-url=http://127.0.0.1:" + free,
                "--state-dir=" + directory);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out())
                .contains(
                        "CONNECTIVITY PRE-CHECKS",
                        "HTTP/2 connection is blocked or unreachable",
                        "API is unreachable",
                        "does not accept connections",
                        "Provided Tunnel token is not valid",
                        "SUMMARY: Environment has critical failures");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void showsWhatIsInForceAndWhereItComesFrom(@TempDir Path directory) throws IOException {
        int free = freePort();
        Path config = Files.writeString(
                directory.resolve("config.yml"), "retries: 7\ningress:\n  - service: http://127.0.0.1:" + free + "\n");

        Ran ran = Ran.of(
                "check",
                "--config=" + config,
                "--token=bm8=",
                "--edge=127.0.0.1:" + free,
                "--api-url=http://127.0.0.1:" + free,
                "--state-dir=" + directory);

        assertThat(ran.out().lines())
                .contains(
                        "configuration file " + config,
                        "edge=127.0.0.1:" + free + "  from --edge",
                        "retries=7  from the file's retries",
                        "token=*****  from --token");
    }

    @Test
    void refusesASettingThatIsWrong() {
        Ran ran = Ran.of("check", "--edge=nowhere");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("\"nowhere\" is not an edge address");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
