package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelToken;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class EdgeSimMainTest {
    private final StopSignal stop = new StopSignal();
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();

    @TempDir
    private Path directory;

    @Test
    void writesTokensAndTheCertificateAndStopsWhenTold() throws Exception {
        Path ca = directory.resolve("ca.pem");

        CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(
                "--tunnel", "ci=ci.example.test,www.example.test",
                "--tunnel-port", "0",
                "--https-port", "0",
                "--api-port", "0",
                "--http-port", "0",
                "--cacert-out", ca.toString(),
                "--token-dir", directory.resolve("tokens").toString()));
        out.await("--token-file");
        stop.give();

        assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(ca).content().startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("-----END CERTIFICATE-----\n");
        Path token = directory.resolve("tokens").resolve("ci.token");
        assertThat(TunnelToken.parse(Files.readString(token)).secret().toBytes())
                .hasSize(32);
        assertThat(Files.getPosixFilePermissions(token))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(out.toString())
                .contains("tunnel ci serves ci.example.test, www.example.test")
                .contains("adit tunnel run --token-file " + token + " --edge 127.0.0.1:")
                .doesNotContain(Files.readString(token).trim());
    }

    @Test
    void printsTokensWithoutADirectoryForThem() throws Exception {
        CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(
                "--tunnel", "ci=ci.example.test",
                "--tunnel-port", "0",
                "--https-port", "0",
                "--api-port", "0",
                "--http-port", "0",
                "--cacert-out", directory.resolve("ca.pem").toString()));
        out.await("--cacert ");
        stop.give();

        assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(Pattern.compile("tunnel run --token (\\S+) ")
                        .matcher(out.toString())
                        .results())
                .singleElement()
                .satisfies(match -> assertThat(TunnelToken.parse(match.group(1)).accountTag())
                        .hasSize(32));
    }

    @Test
    void namesThePortAndTheOptionWhenAPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exitCode = run(
                    "--tunnel", "ci=ci.example.test",
                    "--tunnel-port", "0",
                    "--https-port", Integer.toString(taken.getLocalPort()),
                    "--api-port", "0",
                    "--http-port", "0");

            assertThat(exitCode).isEqualTo(1);
            assertThat(err.toString())
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("--https-port");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ci                            | expected NAME=HOST",
                "=ci.example.test              | expected NAME=HOST",
                "ci=                           | not a host name: ''",
                "ci=a b                        | not a host name: 'a b'",
                "c/i=a.example                 | tunnel name must be",
                "ci=a.example@nonsense         | service must be a URL",
                "ci=a.example@http://x/path    | service must not have a path",
                "ci=a.example,A.example        | host name a.example is given twice"
            })
    void refusesABadTunnel(String text, String message) {
        assertThat(run("--tunnel", text)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void refusesABadPort() {
        assertThat(run("--tunnel", "a=b.example", "--http-port", "70000")).isEqualTo(2);
        assertThat(err.toString()).contains("http port must be from 0 to 65535, was 70000");
    }

    @Test
    void offersTheApiToOtherMachinesOnlyWithATokenOfOnesOwn() {
        assertThat(run("--tunnel", "a=b.example", "--bind", "0.0.0.0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--bind 0.0.0.0 lets other machines reach the API")
                .contains("--api-token-file");
    }

    @Test
    void refusesABadApiPort() {
        assertThat(run("--tunnel", "a=b.example", "--api-port", "on")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a port or off, was 'on'");
    }

    @Test
    void refusesABrokenState() throws Exception {
        Files.writeString(directory.resolve("edge-sim.json"), "{");

        assertThat(run("--tunnel", "a=b.example", "--state", directory.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("edge-sim.json is broken").contains("left as it is");
    }

    private int run(String... args) {
        return new CommandLine(new EdgeSimMain(stop))
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(args);
    }
}
