package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ReadyCommandTest {
    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private @Nullable AdminServer server;

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        close();
        EventLoops.end(loops);
    }

    @Test
    void saysNothingIfAllIsWell() throws IOException {
        String address = answering(200, "{}");

        assertThat(Ran.of("tunnel", "--metrics", address, "ready")).isEqualTo(new Ran(0, "", ""));
        assertThat(Ran.of("tunnel", "ready", "--metrics=" + address)).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void tellsTheStatusAndTheBodyOfAnyOtherAnswer() throws IOException {
        String address = answering(503, "{\"status\":503}");

        assertThat(Ran.of("tunnel", "--metrics", address, "ready"))
                .isEqualTo(new Ran(
                        1, "", "http://" + address + "/ready endpoint returned status code 503\n{\"status\":503}\n"));
    }

    @Test
    void asksThroughAUnixDomainSocketToo() throws IOException {
        String address = "unix:" + directory.resolve("admin.sock");
        open(AdminAddress.parse(address), 503, "not yet");

        assertThat(Ran.of("tunnel", "--metrics", address, "ready").err())
                .isEqualTo(address + "/ready endpoint returned status code 503\nnot yet\n");
    }

    @Test
    void tellsWhyNobodyAnswers() throws IOException {
        String address = answering(200, "{}");
        close();

        Ran ran = Ran.of("tunnel", "--metrics", address, "ready");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("adit tunnel ready: http://" + address + "/ready: ")
                .contains("refused");
    }

    @Test
    void wantsToKnowWhomToAsk() {
        Ran ran = Ran.of("tunnel", "ready");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("adit tunnel ready: --metrics has to be given: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9090", "localhost:0", "127.0.0.1:0", "unix:"})
    void namesTheAddressThatIsNone(String address) {
        Ran ran = Ran.of("tunnel", "--metrics", address, "ready");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("adit tunnel ready: --metrics: \"" + address + "\" ");
    }

    private void close() {
        AdminServer open = server;
        if (open != null) {
            open.close(Duration.ZERO).orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    private String answering(int status, String body) throws IOException {
        return open(AdminAddress.parse("127.0.0.1:0"), status, body).address().toString();
    }

    private AdminServer open(AdminAddress address, int status, String body) throws IOException {
        Endpoints endpoints = new Endpoints().get("/ready", Endpoint.now(request -> AdminAnswer.json(status, body)));
        AdminServer opened = AdminServer.open(address, endpoints, Transport.best(), loops.next());
        server = opened;
        return opened;
    }
}
