package dev.adit.connector.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OriginCertTest {
    @Test
    void readsTheBlockThatHoldsTheTokenAndSkipsKeysAndCertificates() {
        String other = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

        AccountKey key = OriginCert.parse(
                other + pem("{'zoneID':'z1','accountID':'a1','apiToken':'secret-token','endpoint':'fed'}"));

        assertThat(key).isEqualTo(new AccountKey("secret-token", "a1", "z1", "fed"));
        assertThat(key.toString()).doesNotContain("secret-token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'zoneID':'z1'}                     | has no apiToken",
                "{'apiToken':'secret-token'}         | has no zoneID",
                "{'apiToken':'secret-token','zoneID':''} | has no zoneID",
                "{'apiToken':'secret-token'          | is not base64 of JSON"
            })
    void saysWhatIsMissingAndNothingOfTheRest(String json, String expected) {
        assertThatThrownBy(() -> OriginCert.parse(pem(json)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("secret-token");
    }

    @Test
    void refusesOtherFiles() {
        assertThatThrownBy(() -> OriginCert.parse("")).hasMessage("it has no PEM block ARGO TUNNEL TOKEN");
        assertThatThrownBy(() -> OriginCert.parse("-----BEGIN EC KEY-----\nAAAA\n-----END EC KEY-----\n"))
                .hasMessage("it has a PEM block of an unknown kind");
    }

    private static String pem(String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return "-----BEGIN ARGO TUNNEL TOKEN-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END ARGO TUNNEL TOKEN-----\n";
    }
}
