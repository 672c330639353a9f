package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TunnelTokenTest {
    /** Made by cloudflared's own encoder. */
    private static final String SAMPLE =
            "eyJhIjoiYWJjIiwicyI6IkFRSUQiLCJ0IjoiMGYxZTJkM2MtNGI1YS02OTc4LTg3OTYtYTViNGMzZDJlMWYwIn0=";

    private static final UUID TUNNEL = UUID.fromString("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
    private static final TunnelToken TOKEN =
            new TunnelToken("abc", TUNNEL, TunnelSecret.of(new byte[] {1, 2, 3}), null);

    @Test
    void readsAndWritesWhatCloudflaredWrites() {
        assertThat(TunnelToken.parse(SAMPLE)).isEqualTo(TOKEN);
        assertThat(TOKEN.encode()).isEqualTo(SAMPLE);
    }

    @Test
    void leavesNothingInTheBytesThatItRead() {
        byte[] token = ("\n" + SAMPLE + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] broken = SAMPLE.substring(4).getBytes(StandardCharsets.US_ASCII);
        byte[] credentials = ("{\"AccountTag\":\"abc\",\"TunnelSecret\":\"AQID\",\"TunnelID\":\"" + TUNNEL + "\"}")
                .getBytes(StandardCharsets.US_ASCII);

        assertThat(TunnelToken.parse(token)).isEqualTo(TOKEN);
        assertThat(TunnelToken.ofCredentials(credentials, null)).isEqualTo(TOKEN);
        assertThatThrownBy(() -> TunnelToken.parse(broken)).isInstanceOf(IllegalArgumentException.class);

        assertThat(token).containsOnly(0);
        assertThat(credentials).containsOnly(0);
        assertThat(broken).containsOnly(0);
    }

    @Test
    void keepsTheEndpoint() {
        TunnelToken token = new TunnelToken("a\"b", TUNNEL, TunnelSecret.of(new byte[32]), "fed");

        assertThat(TunnelToken.parse(token.encode())).isEqualTo(token);
        assertThat(new String(Base64.getDecoder().decode(token.encode()), StandardCharsets.UTF_8))
                .endsWith(",\"e\":\"fed\"}");
    }

    @Test
    void ignoresWhiteSpaceAround() {
        assertThat(TunnelToken.parse(" \t" + SAMPLE + "\r\n")).isEqualTo(TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'A':'abc','S':'AQID','T':'0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0'}",
                "{'a':'abc','s':'AQID','t':'0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0','e':null}",
                "{'a':'abc','s':'AQID','t':'0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0','e':''}",
                "{'a':'abc','s':'AQID','t':'0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0','x':{'a':[1,{}]},'y':[2],'z':3}",
                " { 'a' : 'abc', 's':'AQID','t':'0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0' } ",
            })
    void readsTheSameTokenFromOtherJson(String json) {
        assertThat(TunnelToken.parse(base64(json))).isEqualTo(TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                 | the tunnel token is empty",
                "' \t'              | the tunnel token is empty",
                "'QUJD QUJD'        | the tunnel token is not standard base64: it has white space inside",
                "QUJ-QUJD           | the tunnel token is not standard base64: it has '-' or '_', so it looks URL-safe",
                "QUJ_QUJD           | the tunnel token is not standard base64: it has '-' or '_', so it looks URL-safe",
                "QUJDQ!JD           | the tunnel token is not standard base64: it has a character that base64 does not have,"
                        + " or '=' in its middle",
                "QUI=QUJD           | the tunnel token is not standard base64: it has a character that base64 does not have,"
                        + " or '=' in its middle",
                "QUJDR              | the tunnel token is not standard base64: its length 5 is no multiple of 4, so it was"
                        + " cut or lost its '=' at the end",
                "eyJhIjoiYWJjIiwi   | the tunnel token is base64, but not of JSON; was it cut?",
                "QUJD               | the tunnel token is base64, but not of JSON; was it cut?",
                "WzFd               | the tunnel token is base64, but not of a JSON object",
            },
            quoteCharacter = '`')
    void saysWhatIsWrongWithTheText(String text, String fault) {
        String token = text.replace("'", "");

        assertThatThrownBy(() -> TunnelToken.parse(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault)
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                              | key a (account tag) of the tunnel token is missing",
                "{'a':null}                      | key a (account tag) of the tunnel token is missing",
                "{'a':''}                        | key a (account tag) of the tunnel token is empty",
                "{'a':5}                         | key a of the tunnel token is no text",
                "{'a':'x','t':{}}                | key t of the tunnel token is no text",
                "{'a':'x','s':'AQID'}            | key t (tunnel id) of the tunnel token is missing",
                "{'a':'x','s':'AQID','t':''}     | key t (tunnel id) of the tunnel token is empty",
                "{'a':'x','s':'AQID','t':'1-1-1-1-1'} | key t (tunnel id) of the tunnel token is not a UUID",
                "{'a':'x','t':'U'}               | key s (tunnel secret) of the tunnel token is missing",
                "{'a':'x','t':'U','s':''}        | key s (tunnel secret) of the tunnel token is empty",
                "{'a':'x','t':'U','s':'AQI'}     | key s (tunnel secret) of the tunnel token is not standard base64: its"
                        + " length 3 is no multiple of 4, so it was cut or lost its '=' at the end",
                "{'a':'x','t':'U','s':'A_ID'}    | key s (tunnel secret) of the tunnel token is not standard base64: it has"
                        + " '-' or '_', so it looks URL-safe",
                "{'a':'x','t':'U','s':'AQID'}{}  | the tunnel token has more than one JSON object",
                "{'a':'x','t':'U','s':'AQID'}x   | the tunnel token is base64, but not of JSON; was it cut?",
            })
    void saysWhichKeyIsWrong(String json, String fault) {
        String token = base64(json.replace("'U'", "'" + TUNNEL + "'"));

        assertThatThrownBy(() -> TunnelToken.parse(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault)
                .hasNoCause();
    }

    @Test
    void refusesEveryCutToken() {
        for (int length = 0; length < SAMPLE.length(); length++) {
            String cut = SAMPLE.substring(0, length);

            assertThatThrownBy(() -> TunnelToken.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsOrRefusesMutatedTokensWithoutQuotingThem() {
        Random random = new Random(20261122);
        byte[] json = Base64.getDecoder().decode(SAMPLE);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = json.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(128);
            }
            try {
                TunnelToken.parse(Base64.getEncoder().encodeToString(mutated));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasNoCause();
                assertThat(e.getMessage()).doesNotContain("AQID", "0f1e", "c3d2", "abc");
            }
        }
    }

    @Test
    void printsNoSecret() {
        assertThat(TOKEN.toString())
                .contains("abc", TUNNEL.toString(), "TunnelSecret[3 bytes]")
                .doesNotContain("AQID", "1, 2, 3");
    }

    @Test
    void keepsItsSecretWhateverIsDoneToTheArrays() {
        byte[] bytes = {1, 2, 3};
        TunnelSecret secret = TunnelSecret.of(bytes);
        bytes[0] = 9;
        secret.toBytes()[1] = 9;

        assertThat(secret).isEqualTo(TOKEN.secret());
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
