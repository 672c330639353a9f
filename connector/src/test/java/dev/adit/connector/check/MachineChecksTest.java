package dev.adit.connector.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.adit.connector.check.CheckRow.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This machine, as a server, a table of limits and a directory show it. */
final class MachineChecksTest {
    private final HttpServer server;

    MachineChecksTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // It adds the field Date by itself.
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void agreesWithAServerThatHasTheSameTime() {
        assertThat(new MachineChecks(Clock.systemUTC()).clock(server()).status())
                .isEqualTo(Status.PASS);
    }

    @Test
    void seesThatTheClockIsWrong() {
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));

        CheckRow row = new MachineChecks(late).clock(server());

        assertThat(row.status()).isEqualTo(Status.FAIL);
        assertThat(row.details()).endsWith("s behind");
        assertThat(row.advice()).contains("timedatectl");
    }

    @Test
    void doesNotJudgeTheClockWithoutAServer() {
        URI gone = server();
        server.stop(0);

        assertThat(new MachineChecks(Clock.systemUTC()).clock(gone).status()).isEqualTo(Status.SKIP);
    }

    @Test
    void knowsHowManyFilesAreEnough() {
        String line = "Max open files            %s               524288               files\n";

        assertThat(MachineChecks.openFiles(line.formatted("1024")).status()).isEqualTo(Status.PASS);
        assertThat(MachineChecks.openFiles(line.formatted("unlimited")).status())
                .isEqualTo(Status.PASS);
        CheckRow few = MachineChecks.openFiles(line.formatted("256"));
        assertThat(few.status()).isEqualTo(Status.FAIL);
        assertThat(few.advice()).contains("LimitNOFILE");
        assertThat(MachineChecks.openFiles("").status()).isEqualTo(Status.SKIP);
    }

    @Test
    void wantsADirectoryThatItMayWriteTo(@TempDir Path directory) {
        MachineChecks checks = new MachineChecks(Clock.systemUTC());

        assertThat(checks.state(directory).status()).isEqualTo(Status.PASS);
        assertThat(checks.state(directory.resolve("missing")).status()).isEqualTo(Status.FAIL);
        assertThat(checks.state(null).status()).isEqualTo(Status.SKIP);
    }

    private URI server() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }
}
