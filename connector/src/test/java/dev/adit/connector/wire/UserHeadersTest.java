package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UserHeadersTest {
    @Test
    void packsTheSampleOfTheProtocol() {
        HttpHeaders headers = headers("Content-Type", "text/html", "Set-Cookie", "a=1");

        String packed = packed(headers);

        assertThat(packed).isEqualTo("Q29udGVudC1UeXBl:dGV4dC9odG1s;U2V0LUNvb2tpZQ:YT0x");
        assertThat(entries(UserHeaders.unpack(packed))).isEqualTo(entries(headers));
    }

    @Test
    void packsNothingAsNothing() {
        assertThat(packed(headers())).isEmpty();
        assertThat(packed(headers("Trailer", "X"))).isEmpty();
        assertThat(UserHeaders.unpack("")).isEmpty();
    }

    @Test
    void keepsDuplicatesEmptyValuesAndOrder() {
        HttpHeaders headers = headers("Set-Cookie", "a=1", "X-B", "", "Set-Cookie", "b=2", "set-cookie", "");

        String packed = packed(headers);

        assertThat(packed).contains("WC1C:;");
        assertThat(UserHeaders.unpack(packed).getAll("Set-Cookie")).containsExactly("a=1", "b=2", "");
        assertThat(UserHeaders.unpack(packed).get("X-B")).isEmpty();
    }

    @Test
    void keepsEveryByteOfStringsAndAsciiStrings() {
        StringBuilder every = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            every.append(c);
        }
        AsciiString bytes = new AsciiString(every.toString().getBytes(StandardCharsets.ISO_8859_1), false);
        HttpHeaders headers = headers();
        headers.add("X-String", every.toString());
        headers.add(AsciiString.of("X-Ascii"), bytes);
        headers.add("X-Part", bytes.subSequence(100, 203, false));

        HttpHeaders unpacked = UserHeaders.unpack(UserHeaders.pack(headers));

        assertThat(unpacked.get("X-String")).isEqualTo(every.toString());
        assertThat(unpacked.get("X-Ascii")).isEqualTo(every.toString());
        assertThat(unpacked.get("X-Part")).isEqualTo(every.substring(100, 203));
    }

    @Test
    void packsAsTheStandardEncoderDoesForEveryLength() {
        Random random = new Random(1);
        for (int length = 0; length < 70; length++) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            String expected = "WA:" + Base64.getEncoder().withoutPadding().encodeToString(value);

            assertThat(packed(headers("X", new String(value, StandardCharsets.ISO_8859_1))))
                    .isEqualTo(expected);
            assertThat(packed(headers("X", new AsciiString(value, false)))).isEqualTo(expected);
        }
    }

    @Test
    void packsACharacterThatIsNoByteAsQuestionMark() {
        assertThat(UserHeaders.unpack(UserHeaders.pack(headers("X", "a€b"))).get("X"))
                .isEqualTo("a?b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":status",
                "cf-int-x",
                "CF-Int-Cloudflared-Tracing",
                "cf-cloudflared-response-meta",
                "Cf-Cloudflared-",
                "cf-proxy-worker",
                "transfer-encoding",
                "Transfer-Encoding",
                "Trailer",
                "TRAILER"
            })
    void leavesOut(String name) {
        assertThat(packed(headers(name, "x", "Y", "z"))).isEqualTo("WQ:eg");
        assertThat(packed(headers(AsciiString.of(name), "x", "Y", "z"))).isEqualTo("WQ:eg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cf-ray",
                "cf-int",
                "cf-cloudflared",
                "cf-proxy",
                "Cf-Cache-Status",
                "Content-Length",
                "Content-Encoding",
                "Date",
                "Server",
                "Keep-Alive",
                "Proxy-Connection",
                "Upgrade",
                "TE",
                "Trailers",
                "Transfer",
                "c",
                "t"
            })
    void packs(String name) {
        assertThat(UserHeaders.unpack(UserHeaders.pack(headers(name, "x"))).get(name))
                .isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep-alive          | true",
                "Upgrade             | true",
                "closed              | true",
                "not-close           | true",
                "close               | false",
                "CLOSE               | false",
                "keep-alive, Close   | false",
                "close ,keep-alive   | false",
            })
    void packsConnectionUnlessItCloses(String value, boolean packed) {
        HttpHeaders unpacked = UserHeaders.unpack(UserHeaders.pack(headers("Connection", value)));

        assertThat(unpacked.contains("Connection")).isEqualTo(packed);
    }

    @Test
    void leavesOutEveryConnectionHeaderIfOneCloses() {
        HttpHeaders headers = headers("Connection", "Keep-Alive", "connection", "close", "X", "y");

        assertThat(packed(headers)).isEqualTo("WA:eQ");
    }

    @Test
    void skipsEmptyPieces() {
        assertThat(entries(UserHeaders.unpack(";;WA:eQ;;;WQ:;"))).containsExactly("X=y", "Y=");
    }

    @Test
    void unpacksWhateverCharSequenceItGets() {
        assertThat(UserHeaders.unpack(AsciiString.of("WA:eQ")).get("x")).isEqualTo("y");
        assertThat(UserHeaders.unpack(CharBuffer.wrap("WA:eQ")).get("X")).isEqualTo("y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WA                | the pair at 0 does not have exactly one colon",
                "WA:eQ;WA          | the pair at 6 does not have exactly one colon",
                "WA:eQ:eQ          | the pair at 0 does not have exactly one colon",
                "WA:eQ:            | the pair at 0 does not have exactly one colon",
                "::                | the pair at 0 does not have exactly one colon",
                "WA:eQ;:eQ         | the pair at 6 has an empty name",
                ":                 | the pair at 0 has an empty name",
                "WA==:eQ           | padding at 2",
                "WA:eQ==           | padding at 5",
                "WA:e              | the base64 at 3 is cut",
                "WAAAA:eQ          | the base64 at 0 is cut",
                "WA:e-             | a character that is not base64 at 4",
                "WA:_Q             | a character that is not base64 at 3",
                "WA:eQ,WA:eQ       | the pair at 0 does not have exactly one colon",
                "WA:e Q            | a character that is not base64 at 4",
                "WA:éQ             | a character that is not base64 at 3",
                "WA:€Q             | a character that is not base64 at 3",
            })
    void refusesWhatIsMalformed(String packed, String fault) {
        assertThatThrownBy(() -> UserHeaders.unpack(packed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("packed headers: " + fault);
    }

    @Test
    void readsOrRefusesMutatedValues() {
        Random random = new Random(20261122);
        String packed = "Q29udGVudC1UeXBl:dGV4dC9odG1s;U2V0LUNvb2tpZQ:YT0x";
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder mutated = new StringBuilder(packed);
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated.setCharAt(
                        random.nextInt(mutated.length()), (char) random.nextInt(random.nextBoolean() ? 128 : 1024));
            }
            mutated.setLength(random.nextInt(mutated.length() + 1));
            try {
                UserHeaders.unpack(mutated);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("packed headers: ");
                refused++;
            }
        }

        assertThat(refused).isBetween(1000, 49_999);
    }

    private static String packed(HttpHeaders headers) {
        return UserHeaders.pack(headers).toString();
    }

    private static HttpHeaders headers(CharSequence... namesAndValues) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static List<String> entries(HttpHeaders headers) {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, String> header : headers) {
            entries.add(header.getKey() + "=" + header.getValue());
        }
        return entries;
    }
}
