package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @Test
    void wantsACommand() {
        assertThat(Ran.of()).isEqualTo(new Ran(2, "", "adit: missing command\nSee 'adit --help'.\n"));
    }

    @Test
    void wantsATunnelCommand() {
        assertThat(Ran.of("tunnel"))
                .isEqualTo(new Ran(2, "", "adit tunnel: missing command\nSee 'adit tunnel --help'.\n"));
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
    @ValueSource(strings = {"--version", "version"})
    void tellsItsVersion(String arg) {
        Ran ran = Ran.of(arg);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).startsWith("adit version ").contains("_").contains("JDK ");
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
