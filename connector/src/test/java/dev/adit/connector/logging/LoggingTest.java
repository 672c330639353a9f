package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import dev.adit.proxy.engine.AccessLog;
import dev.adit.proxy.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole way from a logger to {@code System.err} and a file. */
final class LoggingTest {
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z ";

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Logger log = LoggerFactory.getLogger("dev.adit.some.Part");
    private final Logger transport = LoggerFactory.getLogger("dev.adit.proxy.h2.Part");

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setErr(before);
    }

    @Test
    void writesInfoToStandardErrorBeforeAnySettings() {
        log.info("early n={}", 1);
        log.debug("not wanted");

        assertThat(lines()).singleElement().asString().matches(TIME + "INF early n=1");
    }

    @Test
    void writesAllThatWaitsWhenItIsClosed() {
        Logging logging = start(LogLevel.INFO, null);
        for (int i = 0; i < 300; i++) {
            log.info("line n={}", i);
        }
        logging.close();

        assertThat(lines()).hasSize(300).last().asString().endsWith("INF line n=299");
    }

    @Test
    void changesLevelsWhileItRuns() {
        Logging logging = start(LogLevel.INFO, null);
        log.debug("one");
        logging.thresholds(LogThresholds.of(LogLevel.DEBUG));
        log.debug("two");
        transport.debug("three");
        logging.thresholds(LogThresholds.of(LogLevel.DISABLED).withTransport(LogLevel.DEBUG));
        log.error("four");
        transport.debug("five");
        assertThat(logging.thresholds().transport()).isEqualTo(LogLevel.DEBUG);
        logging.thresholds(LogThresholds.DEFAULT);
        logging.close();

        assertThat(String.join("\n", lines())).contains("two", "five").doesNotContain("one", "three", "four");
    }

    @Test
    void theAccessLogIsOnlyThereWhenItIsWanted() {
        Logger access = LoggerFactory.getLogger(AccessLog.LOGGER);
        Logging logging = start(LogLevel.DEBUG, null);
        access.info("one");
        logging.thresholds(LogThresholds.of(LogLevel.ERROR).withAccess(true));
        access.info("two");
        logging.thresholds(LogThresholds.DEFAULT);
        logging.close();

        assertThat(lines()).singleElement().asString().endsWith("INF two");
    }

    @Test
    void anExceptionIsAFieldAndItsStackFollows() {
        log.warn("odd part={}", "a", new IllegalStateException("bad\nnews"));

        assertThat(lines().get(0)).endsWith("WRN odd part=a error=\"java.lang.IllegalStateException: bad\\nnews\"");
        assertThat(lines().get(1)).startsWith("\tjava.lang.IllegalStateException: bad");
        assertThat(lines()).anyMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void aFileGetsTheSameAsJson(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("a.log");
        Logging logging = start(LogLevel.INFO, LogFile.single(file));
        log.info("Registered connIndex={} ip={}", 2, "::1");
        logging.close();

        assertThat(lines()).hasSize(1);
        assertThat(Files.readAllLines(file))
                .singleElement()
                .asString()
                .matches(
                        "\\{\"level\":\"info\",\"time\":\"[^\"]+\",\"connIndex\":2,\"ip\":\"::1\",\"message\":\"Registered\"}");
    }

    @Test
    void aFileThatCannotBeOpenedDoesNotStopTheRest(@TempDir Path directory) throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");
        Logging logging = start(LogLevel.INFO, LogFile.single(inTheWay.resolve("a.log")));
        log.info("goes on");
        logging.close();

        assertThat(lines().get(0)).matches(TIME + "ERR The log file can't be written; .* file=.*/file/a.log error=.*");
        assertThat(lines().get(1)).endsWith("INF goes on");
    }

    @Test
    void opensTheFileAnewOnRequest(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("a.log");
        Logging logging = start(LogLevel.INFO, LogFile.single(file));
        log.info("one");
        logging.reopen();
        logging.close();
        Files.move(file, directory.resolve("a.log.1"));
        Logging other = start(LogLevel.INFO, LogFile.single(file));
        log.info("two");
        other.reopen();
        log.info("three");
        other.close();

        assertThat(directory.resolve("a.log.1")).content().contains("one").doesNotContain("two");
        assertThat(file).content().contains("two", "three");
    }

    @Test
    void saysThatADirectoryIsNotUsedBesideAFile(@TempDir Path directory) {
        Logging logging = Logging.start(new LogOptions(
                LogThresholds.DEFAULT,
                new LogOptions.Console.Text(ZoneOffset.UTC, false),
                LogFile.single(directory.resolve("a.log")),
                directory.resolve("d")));
        logging.close();

        assertThat(lines())
                .singleElement()
                .asString()
                .contains("ERR Both logfile and log-directory are given")
                .contains("log-directory=" + directory.resolve("d"));
        assertThat(directory.resolve("d")).doesNotExist();
    }

    @Test
    void whatIsNamedInALineIsAsItWasThen() {
        List<String> changing = new ArrayList<>(List.of("then"));
        Logging logging = start(LogLevel.INFO, null);
        for (int i = 0; i < 100; i++) {
            log.info("list={}", changing);
        }
        changing.set(0, "later");
        logging.close();

        assertThat(lines()).hasSize(100).allMatch(line -> line.endsWith("list=[then]"));
    }

    @Test
    void leavesAloneWhatOthersConfigured(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("logback.xml"), "<configuration/>");
        LoggerContext context = new LoggerContext();
        try (URLClassLoader resources =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            assertThat(new LogSetup(resources).configure(context))
                    .isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
        }

        assertThat(context.getLogger("ROOT").iteratorForAppenders()).isExhausted();
    }

    @Test
    void remembersTheLastLines() {
        Logging logging = start(LogLevel.INFO, null);
        for (int i = 0; i < 600; i++) {
            log.warn("line n={} text={}", i, "x".repeat(3000));
            if (i % 100 == 0) {
                // Everything is to be written: the queue must not overflow.
                int expected = i;
                Waiting.until(
                        "written up to " + i,
                        () -> logging.recent().stream().anyMatch(line -> line.contains("n=" + expected + " ")));
            }
        }
        logging.close();

        assertThat(logging.recent()).hasSize(512).allMatch(line -> line.length() <= 2048);
        assertThat(logging.recent().get(0)).contains("line n=88 ");
        assertThat(logging.recent().get(511)).contains("line n=599 ");
        assertThat(logging.dropped()).isZero();
    }

    private static Logging start(LogLevel level, @Nullable LogFile file) {
        return Logging.start(new LogOptions(
                LogThresholds.of(level), new LogOptions.Console.Text(ZoneOffset.UTC, false), file, null));
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
