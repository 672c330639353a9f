package dev.adit.edgesim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.AwaitedText;
import dev.adit.edgesim.ConnectorDoubleMain;
import dev.adit.edgesim.Ports;
import dev.adit.edgesim.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(90)
class DemoTest {
    private static final ConnectorCommand DOUBLE = new ConnectorCommand(
            List.of("-Xmx64m"), System.getProperty("java.class.path"), ConnectorDoubleMain.class.getName());

    private final StopSignal stop = new StopSignal();
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @Test
    void showsTheWayThroughTheTunnelAndStopsCleanly() throws Exception {
        CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(DOUBLE));
        out.await("Ctrl-C stops everything");
        Matcher plain = Pattern.compile("curl -H 'Host: (\\S+)' (http://\\S+)").matcher(out.toString());
        assertThat(plain.find()).isTrue();
        String port = plain.group(2).replaceAll(".*:([0-9]+)/", "$1");

        String answer = get(port, "/path", plain.group(1));
        out.await("GET one.example.test/path 200");
        stop.give();

        assertThat(answer).contains("served by a double, host one.example.test");
        assertThat(exitCode.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(out.toString())
                .contains("started a stand-in for one")
                .containsPattern("curl --cacert \\S+ --resolve one.example.test:\\d+:127.0.0.1 "
                        + "https://one.example.test:\\d+/");
        Matcher ca = Pattern.compile("--cacert (\\S+)").matcher(out.toString());
        assertThat(ca.find()).isTrue();
        assertThat(Path.of(ca.group(1)).getParent()).doesNotExist();
    }

    @Test
    void stopsAfterTheGivenTime() {
        assertThat(run(DOUBLE, "--for", "500ms")).isZero();

        assertThat(out.toString()).contains("stopping");
    }

    @Test
    void failsWhenAConnectorDies() {
        assertThat(run(new ConnectorCommand(List.of(), "nowhere", "no.such.Main")))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains("the connector of tunnel one ended with exit code 1")
                .contains("no.such.Main");
    }

    @Test
    void readsTimes() throws Exception {
        assertThat(List.of("250ms", "30s", "2m", "1h"))
                .map(new DurationText()::convert)
                .containsExactly(
                        Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofHours(1));
        assertThat(run(DOUBLE, "--for", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a time such as 30s");
    }

    private int run(ConnectorCommand connector, String... args) {
        List<DemoService> services = List.of(new DemoService("one", "one.example.test", freePort()));
        return new CommandLine(new DemoMain(stop, services, Ports.any(), connector))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(args);
    }

    // The JDK's HTTP client does not let a request choose its Host field.
    private static String get(String port, String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
