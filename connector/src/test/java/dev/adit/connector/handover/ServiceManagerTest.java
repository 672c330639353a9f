package dev.adit.connector.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a program in place of {@code systemd-notify} that writes down what it is given. */
final class ServiceManagerTest {
    private final Path said;
    private final Path program;

    ServiceManagerTest(@TempDir Path directory) throws IOException {
        said = Files.createFile(directory.resolve("said"));
        program = Files.writeString(
                directory.resolve("notify"),
                "#!/bin/sh\nfor line in \"$@\"; do echo \"$NOTIFY_SOCKET $line\"; done >> '" + said + "'\n"
                        + "env | cut -d= -f1 >> '" + directory.resolve("names") + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void saysEverythingInOrder() throws IOException {
        ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000000"));

        manager.ready("0 of 4");
        manager.status("4 of 4");
        manager.alive();
        manager.readyAs(12, "taken over");
        manager.stopping();
        manager.close();

        assertThat(Files.readAllLines(said))
                .containsExactly(
                        "@x READY=1",
                        "@x STATUS=0 of 4",
                        "@x STATUS=4 of 4",
                        "@x WATCHDOG=1",
                        "@x MAINPID=12",
                        "@x READY=1",
                        "@x STATUS=taken over",
                        "@x STOPPING=1",
                        "@x STATUS=draining");
        assertThat(Files.readAllLines(said.resolveSibling("names")))
                .contains("NOTIFY_SOCKET")
                .doesNotContain("HOME");
    }

    @Test
    void saysWhenAReloadBegan() throws IOException {
        ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", "@x"));

        manager.reloading();
        manager.close();

        List<String> lines = Files.readAllLines(said);
        assertThat(lines.get(0)).isEqualTo("@x RELOADING=1");
        assertThat(lines.get(1)).matches("@x MONOTONIC_USEC=[0-9]+");
    }

    @Test
    void saysNothingWhereNobodyListensOrAfterATakeover() throws IOException {
        ServiceManager without = manager(Map.of());
        without.ready("x");
        without.close();
        ServiceManager yielded = manager(Map.of("NOTIFY_SOCKET", "@x"));
        yielded.fallSilent();
        yielded.stopping();
        yielded.close();

        assertThat(said).isEmptyFile();
    }

    @Test
    void doesNotMindAProgramThatIsMissing() {
        ServiceManager manager = new ServiceManager(Map.of("NOTIFY_SOCKET", "@x"), "/no/such/program");

        manager.ready("x");
        manager.status("y");
        manager.close();

        assertThat(said).isEmptyFile();
    }

    @Test
    void knowsHowOftenTheWatchdogWantsToHear() {
        String self = Long.toString(ProcessHandle.current().pid());

        assertThat(every(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000000")))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(every(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", self)))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(every(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1")))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(every(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "15000000")))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(every(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "soon")))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(every(Map.of("NOTIFY_SOCKET", "@x"))).isEqualTo(Duration.ofSeconds(10));
        assertThat(every(Map.of("WATCHDOG_USEC", "30000000"))).isNull();
    }

    @Test
    void watchdogHearsOfAnotherProcessOnlyOnceThatHasTakenOver() throws IOException {
        for (Map<String, String> environment : List.of(
                Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1"),
                Map.of("NOTIFY_SOCKET", "@x"))) {
            Files.writeString(said, "");
            ServiceManager manager = manager(environment);

            manager.alive();
            manager.readyAs(12, "taken over");
            assertThat(Files.readAllLines(said)).contains("@x MAINPID=12");
            manager.alive();
            manager.close();

            assertThat(Files.readAllLines(said))
                    .containsExactly("@x MAINPID=12", "@x READY=1", "@x STATUS=taken over", "@x WATCHDOG=1");
        }
    }

    @Test
    void watchdogHearsOfLoopsThatGoRound() {
        MultiThreadIoEventLoopGroup loops = Transport.best().group(2, "test");
        ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "30000"));

        Watchdog.start(loops, manager);

        Waiting.until("two signs of life", () -> lines() >= 2);
        EventLoops.end(loops);
        manager.close();
    }

    private long lines() {
        try {
            return Files.readAllLines(said).stream()
                    .filter(line -> line.equals("@x WATCHDOG=1"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Duration every(Map<String, String> environment) {
        ServiceManager manager = new ServiceManager(environment);
        Duration every = manager.aliveEvery();
        manager.close();
        return every;
    }

    private ServiceManager manager(Map<String, String> environment) {
        return new ServiceManager(environment, program.toString());
    }
}
