package dev.adit.edgesim.eyeball;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.FullHttpResponse;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class ErrorPageTest {
    private static final String EVIL = "<script>alert('1')</script>&\"\\\u0001\n]]>";

    static Stream<Problem> problems() {
        return Stream.of(
                Problem.BAD_REQUEST,
                Problem.BAD_HOST,
                Problem.BAD_TARGET,
                Problem.BAD_FRAMING,
                Problem.METHOD,
                Problem.TOO_SLOW,
                Problem.LINE_TOO_LONG,
                Problem.EXPECTATION,
                Problem.HEADERS_TOO_LARGE,
                Problem.NO_ANSWER,
                Problem.NO_WEBSOCKET,
                Problem.NOT_A_CONNECTOR_ANSWER,
                Problem.UNREADABLE_ANSWER,
                Problem.VERSION,
                Problem.unknownHost("a&b'c.example"),
                Problem.bodyTooLarge(100),
                Problem.noAnswerWithin(100),
                Problem.noConnection("x<y"),
                Problem.connectorFailed(502),
                Problem.connectorFailed(503),
                Problem.connectorFailed(504));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void isWellFormedAndSaysWhatHappened(Problem problem) throws Exception {
        Document page = parsed(text(new ErrorPage(problem, "1234-SIM").render(null)));

        assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
                .isEqualTo(problem.status() + " " + problem.title());
        assertThat(page.getElementsByTagName("p").item(0).getTextContent()).isEqualTo(problem.detail());
        assertThat(page.getDocumentElement().getTextContent()).contains("ray 1234-SIM");
    }

    @ParameterizedTest
    @MethodSource("problems")
    void isReadableJson(Problem problem) throws Exception {
        FullHttpResponse response = new ErrorPage(problem, "1234-SIM").render("application/json");
        String text = text(response);
        JsonNode page = new ObjectMapper().readTree(text);

        assertThat(response.headers().get("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(response.headers().getInt("Content-Length")).isEqualTo(text.length());
        assertThat(page.get("status").intValue()).isEqualTo(problem.status());
        assertThat(page.get("detail").textValue()).isEqualTo(problem.detail());
        assertThat(page.get("ray").textValue()).isEqualTo("1234-SIM");
    }

    @Test
    void carriesNoMarkupOfOthers() throws Exception {
        String line = EVIL.replace("\u0001", "").replace("\n", "");
        Problem problem = new Problem(400, line, line);

        Document page = parsed(text(new ErrorPage(problem, "1").render("text/html")));
        JsonNode json = new ObjectMapper()
                .readTree(text(new ErrorPage(new Problem(400, line, EVIL), "1").render("application/json")));

        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(json.get("detail").textValue()).isEqualTo(EVIL);
        assertThat(json.get("title").textValue()).isEqualTo(line);
    }

    @Test
    void saysWhichTunnelErrorItIsAndWhenToComeAgain() {
        FullHttpResponse down = new ErrorPage(Problem.noConnection("t"), "1234-SIM").render(null);

        assertThat(down.status().code()).isEqualTo(530);
        assertThat(down.headers().get("Retry-After")).isEqualTo("5");
        assertThat(down.headers().get("CF-RAY")).isEqualTo("1234-SIM");
        assertThat(down.headers().get("Server")).isEqualTo("cloudflare");
        assertThat(text(down)).contains("error code 1033");
        FullHttpResponse unknown = new ErrorPage(Problem.unknownHost("a.example"), "1").render(null);
        assertThat(unknown.headers().contains("Retry-After")).isFalse();
        unknown.release();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "-|false",
                "''|false",
                "*/*|false",
                "text/html|false",
                "application/json|true",
                "application/problem+json|true",
                "APPLICATION/JSON|true",
                "application/json, */*|true",
                "application/*|true",
                "application/json, text/html|true",
                "text/html, application/json|false",
                "text/html;q=0.5, application/json|true",
                "text/html, application/json;q=0.9|false",
                "text/html;q=0.8, application/json;q=0.9|true",
                "application/json;q=0|false",
                "application/json;q=0, */*|false",
                "*/*;q=0.1, application/json;q=0.05|false",
                "text/*;q=0.3, application/json;q=0.4|true",
                "application/json;q=x|false",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|false"
            })
    void respectsWhatTheEyeballPrefers(String accept, boolean json) {
        assertThat(Accept.prefersJson(accept)).isEqualTo(json);
    }

    private static String text(FullHttpResponse response) {
        try {
            return response.content().toString(StandardCharsets.UTF_8);
        } finally {
            response.release();
        }
    }

    // An XML parser is stricter than HTML's rules; the only thing it does not know is the short DOCTYPE's meaning.
    private static Document parsed(String page) throws Exception {
        assertThat(page).startsWith("<!DOCTYPE html>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }
}
