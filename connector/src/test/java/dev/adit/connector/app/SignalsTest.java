package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.logging.LogOptions;
import dev.adit.connector.logging.Logging;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.SettingsReader;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals to a process of its own, whose lines are written more slowly than they come. */
@Timeout(60)
final class SignalsTest {
    private static final int LINES = 100;

    @Test
    void theSecondSignalEndsItAtOnceButForTheLinesThatWait(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Slow.class.getName())
                .redirectError(log.toFile())
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(said.readLine()).isEqualTo("waits for signals");
            process.toHandle().destroy();
            assertThat(said.readLine()).isEqualTo("has logged");
            process.toHandle().destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readAllLines(log))
                .hasSize(LINES + 1)
                .last()
                .asString()
                .endsWith("WRN Ending at once due to a second signal terminated");
    }

    /** The process. */
    static final class Slow {
        private static final Logger log = LoggerFactory.getLogger(Slow.class);

        private Slow() {}

        public static void main(String[] args) {
            System.setErr(new PrintStream(new Terminal(System.err), false, StandardCharsets.US_ASCII));
            Logging logging = Logging.start(
                    LogOptions.read(new SettingsReader(KnownSettings.ALL).settings(), Map.of("NO_COLOR", "1")));
            Signals.onStop(
                    signal -> {
                        for (int i = 0; i < LINES; i++) {
                            log.info("line n={}", i);
                        }
                        System.out.println("has logged");
                    },
                    logging::close);
            System.out.println("waits for signals");
            new CompletableFuture<Void>().join();
        }
    }

    /** Takes 2 ms for a line. */
    private static final class Terminal extends FilterOutputStream {
        private static final long LINE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

        Terminal(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            LockSupport.parkNanos(LINE_NANOS);
            out.write(bytes, offset, length);
        }
    }
}
