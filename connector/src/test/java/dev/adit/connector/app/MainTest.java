package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @Test
    void wantsACommand() {
        Ran ran = Ran.of();

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("adit: missing command\nUsage: adit ").contains("tunnel", "adit tunnel run");
    }

    @Test
    void wantsATunnelCommand() {
        Ran ran = Ran.of("tunnel");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith("adit tunnel: missing command, or --url for a quick tunnel")
                .contains("create");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tunnel run",
                "tunnel run ci",
                "-loglevel debug tunnel --edge a:1 run --edge=b:2 ci",
                "tunnel run --no-autoupdate"
            })
    void readsNoAnnotationsForAConnectorThatStarts(String line) {
        assertThat(PlainRun.of(Main.normalize(line.split(" ")))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tunnel",
                "run",
                "run tunnel",
                "tunnel run ci cd",
                "tunnel run -h",
                "tunnel run --token-file",
                "tunnel run --no-such-flag=1",
                "tunnel run --no-such-flag",
                "tunnel create run",
                "tunnel run -- ci"
            })
    void readsThemForEverythingElse(String line) {
        assertThat(PlainRun.of(Main.normalize(line.split(" ")))).isNull();
    }

    @Test
    void namesTheCommandThatWasPerhapsMeant() {
        Ran ran = Ran.of("tunel", "run");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("'tunel'").contains("Did you mean: adit tunnel");
    }

    @Test
    void namesTheOptionThatWasPerhapsMeant() {
        Ran ran = Ran.of("tunnel", "run", "--tokn-file", "x");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith("adit tunnel run: Unknown option: '--tokn-file'\n")
                .contains("--token-file")
                .endsWith("See 'adit tunnel run --help'.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-version", "-v", "-V", "version"})
    void tellsItsVersion(String arg) {
        Ran ran = Ran.of(arg);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).startsWith("adit version ").contains(" (built ", "_", "JDK ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-s", "--short"})
    void tellsTheNumberOfItsVersionAlone(String option) {
        assertThat(Ran.of("version", option)).isEqualTo(new Ran(0, Version.text() + "\n", ""));
    }

    @Test
    void answersAsCloudflaredWhenItIsCalledSo() {
        assertThat(Ran.as("cloudflared", "--version").out()).matches("cloudflared version [^ ]+ \\(built [^ )]+\\)\n");
        assertThat(Ran.as("cloudflared", "version").out()).startsWith("cloudflared version ");
        assertThat(Ran.as("cloudflared", "tunnel", "run", "--help").out()).startsWith("Usage: cloudflared tunnel run ");
        assertThat(Ran.as("anything-else", "--version").out()).startsWith("adit version ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run a b", "run --no-such-flag", "run --token-file", "run", "", "create"})
    void endsWith255AsCloudflaredDoesWhenItIsCalledTheWrongWay(String line) {
        String[] args = ("tunnel " + line).strip().split(" ");

        Ran ran = Ran.as("cloudflared", args);
        assertThat(ran.exitCode()).isEqualTo(255);
        assertThat(ran.err()).startsWith("cloudflared tunnel").contains("--help");
        assertThat(ran.out()).isEmpty();
        assertThat(Ran.of(args).exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "login                             | adit login: there is no login by browser",
                "update --beta                     | adit update: the program does not replace itself",
                "access tcp --hostname a.example   | adit access: the client side of Access is not offered",
                "forward login x                   | adit access: the client side of Access is not offered",
                "tail --token x                    | adit tail: logs are not streamed through the edge",
                "management token --resource logs  | adit management: management tokens are for",
                "proxy-dns --port 53               | adit proxy-dns: the DNS proxy was removed",
                "db-connect                        | adit db-connect: connections to databases were removed",
                "tunnel login                      | adit tunnel login: there is no login by browser",
                "tunnel vnet add x                 | adit tunnel vnet: private networks are set up in the dashboard",
                "tunnel proxy-dns                  | adit tunnel proxy-dns: the DNS proxy was removed",
                "tunnel db-connect                 | adit tunnel db-connect: connections to databases",
                "tunnel route ip add 10.0.0.0/8 x  | adit tunnel route ip: private networks are set up",
                "tunnel route lb x y z             | adit tunnel route lb: load balancers are set up"
            })
    void refusesWhatIsNotOfferedInOneSentence(String line, String sentence) {
        Ran ran = Ran.of(line.split(" +"));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith(sentence).hasLineCount(1);
    }

    @Test
    void everyCommandHasHelpWithAnExampleAndCompletionKnowsIt() {
        String completion = Ran.of("generate-completion").out();
        for (String line : List.of(
                "tunnel",
                "tunnel run",
                "tunnel create",
                "tunnel list",
                "tunnel info",
                "tunnel delete",
                "tunnel cleanup",
                "tunnel token",
                "tunnel route dns",
                "trust fetch")) {
            Ran ran = Ran.of((line + " --help").split(" "));

            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out()).startsWith("Usage: adit " + line).contains("  adit ", "Exit codes:");
            assertThat(completion).contains(line.substring(line.lastIndexOf(' ') + 1));
        }
    }

    @Test
    void helpTellsEveryOptionItsVariableAndTheExitCodes() {
        Ran ran = Ran.of("tunnel", "run", "--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains(
                        "--token=TOKEN",
                        "(TUNNEL_TOKEN)",
                        "--token-file=FILE",
                        "(TUNNEL_TOKEN_FILE)",
                        "--edge=HOST:PORT",
                        "(TUNNEL_EDGE)",
                        "--region=REGION",
                        "--edge-ip-version=VERSION",
                        "--edge-bind-address=IP",
                        "--state-dir=DIR",
                        "--runtime-dir=DIR",
                        "--takeover",
                        "--pidfile=FILE",
                        "(TUNNEL_PIDFILE)",
                        "--dns-server=IP:PORT",
                        "--dns-over-tls=IP:PORT",
                        "--rpc-timeout=DURATION",
                        "--exit-after=DURATION",
                        "--cacert=FILE",
                        "(TUNNEL_CACERT)",
                        "--config=FILE",
                        "(TUNNEL_CONFIG)",
                        "--ha-connections=N",
                        "--grace-period=DURATION",
                        "--loglevel=LEVEL",
                        "Exit codes: 0 stopped, 1 failed, 2 called the wrong way, 130 or 143 on a second");
    }
}
