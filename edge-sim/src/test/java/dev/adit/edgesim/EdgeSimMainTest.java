package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.fault.Profile;
import dev.adit.edgesim.tls.CertificateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EdgeSimMainTest {
    private final StopSignal stop = new StopSignal();
    private final AwaitedText out = new AwaitedText();
    private final AwaitedText err = new AwaitedText();
    private final CertificateFiles authority = new CertificateFiles();

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
    void listsTheProfiles() {
        assertThat(run("--list-profiles")).isZero();

        assertThat(out.toString().lines())
                .hasSize(Profile.values().length)
                .contains("black-hole           lets nothing through");
    }

    @Test
    void playsAProfileAndSaysWithWhichSeed() throws Exception {
        CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(
                "--tunnel", "ci=ci.example.test",
                "--tunnel-port", "0",
                "--https-port", "0",
                "--http-port", "0",
                "--cacert-out", directory.resolve("ca.pem").toString(),
                "--profile", "cut-one"));
        out.await("faults --profile cut-one --seed ");
        stop.give();

        assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void knowsItsProfiles() {
        assertThat(run("--tunnel", "ci=ci.example.test", "--profile", "chaos")).isEqualTo(2);

        assertThat(err.toString()).contains("no profile is called chaos; see --list-profiles");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bind 0.0.0.0                             | 0.0.0.0 (for connectors) | --tls-cert and --tls-key",
                "--bind 192.0.2.1                           | 192.0.2.1 (for conn      | --tls-cert and --tls-key",
                "--bind ::                                  | (for connectors)         | --tls-cert and --tls-key",
                "--bind 0.0.0.0 --listen 127.0.0.1:0        | 0.0.0.0 (public HTTPS)   | --tls-cert and --tls-key",
                "--listen 127.0.0.1:0 --listen 192.0.2.1:0  | 192.0.2.1 (for conn      | --tls-cert and --tls-key",
                "--region us=127.0.0.1:0,192.0.2.1:0        | 192.0.2.1 (for conn      | --tls-cert and --tls-key"
            })
    void refusesToBeReachedByStrangersWithoutACertificate(String flags, String where, String what) {
        assertThat(run(with(flags.split(" ", -1)))).isEqualTo(2);
        assertThat(err.toString()).contains("refusing to listen on", where, "without " + what);
    }

    @Test
    void refusesPlainHttpForStrangersEvenWithACertificate() throws Exception {
        Path[] files = certificate();

        assertThat(run(with(
                        "--bind", "192.0.2.1", "--tls-cert", files[0].toString(), "--tls-key", files[1].toString())))
                .isEqualTo(2);
        assertThat(err.toString()).contains("(public HTTP, which is not encrypted)", "without --http-port off");
    }

    @Test
    void needsBothFilesOfACertificate() throws Exception {
        assertThat(run(with("--tls-cert", certificate()[0].toString()))).isEqualTo(2);
        assertThat(err.toString()).contains("--tls-cert and --tls-key belong together");
    }

    @Test
    void showsTheGivenCertificateAndListensWhereTold() throws Exception {
        Path[] files = certificate();
        Path caFile = directory.resolve("ca.pem");

        CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(with(
                "--region", "east=127.0.0.1:0,127.0.0.2:0",
                "--region", "west=127.0.0.3:0",
                "--dns-port", "0",
                "--https-port", "0",
                "--http-port", "off",
                "--cacert-out", caFile.toString(),
                "--tls-cert", files[0].toString(),
                "--tls-key", files[1].toString())));
        out.await("--cacert ");

        Matcher https = Pattern.compile("https +127.0.0.1:([0-9]+)").matcher(out.toString());
        assertThat(https.find()).isTrue();
        try (TlsClient client =
                TlsClient.to(Integer.parseInt(https.group(1)), authority.ca(), "anything.example.test")) {
            assertThat(client.names()).containsExactly("brought.example.test");
        }
        stop.give();
        assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(out.toString())
                .containsPattern("connectors +127.0.0.1:[0-9]+, 127.0.0.2:[0-9]+, 127.0.0.3:[0-9]+\\n")
                .containsPattern("dns +127.0.0.1:[0-9]+\\n")
                .containsPattern("--edge 127.0.0.1:[0-9]+ --edge 127.0.0.2:[0-9]+ --edge 127.0.0.3:[0-9]+ --cacert")
                .doesNotContainPattern("\\nhttp ");
    }

    @Test
    void namesTheOptionWhenTheDnsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exitCode = run(with("--tunnel-port", "0", "--dns-port", Integer.toString(taken.getLocalPort())));

            assertThat(exitCode).isEqualTo(1);
            assertThat(err.toString()).contains("127.0.0.1:" + taken.getLocalPort(), "--dns-port");
        }
    }

    private static String[] with(String... flags) {
        return Stream.concat(Stream.of("--tunnel", "ci=ci.example.test", "--api-port", "off"), Stream.of(flags))
                .toArray(String[]::new);
    }

    // A certificate file and a key file.
    private Path[] certificate() throws IOException {
        return authority.write(directory, "brought.example.test");
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
        return EdgeSimMain.commandLine(stop)
                .setOut(out.writer())
                .setErr(err.writer())
                .execute(args);
    }
}
