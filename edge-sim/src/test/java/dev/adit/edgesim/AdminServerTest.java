package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API's listener under hostile input: every client gets a clear refusal, and the others are served on. */
@Timeout(60)
class AdminServerTest {
    private static final String ACCOUNTS = "/client/v4/accounts";
    private EdgeSim sim;

    @BeforeEach
    void start() throws IOException {
        sim = EdgeSim.start(EdgeSimOptions.of());
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void opensTheConsoleOnceByTheLink() throws IOException {
        String path = sim.loginLink().substring(sim.apiOrigin().length());

        String first = exchange(get(path, "Host: localhost"));
        String second = exchange(get(path, "Host: localhost"));

        assertThat(first).startsWith("HTTP/1.1 303 ").contains("location: /\r\n");
        Matcher cookie = Pattern.compile("set-cookie: (\\S+=\\S+); Path=/; HttpOnly; SameSite=Strict\r\n")
                .matcher(first);
        assertThat(cookie.find()).isTrue();
        assertThat(second).startsWith("HTTP/1.1 403 ").doesNotContain("set-cookie");
        assertThat(exchange(get(ACCOUNTS, "Host: localhost\r\nCookie: other=1; " + cookie.group(1))))
                .startsWith("HTTP/1.1 200 ");
        assertThat(exchange(get(ACCOUNTS, "Host: localhost\r\nCookie: " + cookie.group(1) + "x")))
                .startsWith("HTTP/1.1 401 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization: Bearer wrong\r\n", "Authorization: Basic eDp5\r\n", "Cookie: a=b\r\n"})
    void wantsTheToken(String field) throws IOException {
        String answer =
                exchange("GET " + ACCOUNTS + " HTTP/1.1\r\nHost: localhost\r\n" + field + "Connection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("\"success\":false", "\"code\":10000")
                .contains("x-content-type-options: nosniff", "referrer-policy: no-referrer", "cache-control: no-store")
                .contains("frame-ancestors 'none'")
                .doesNotContain(sim.apiToken());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:1, 200",
        "127.0.0.1:8790, 200",
        "[::1]:8790, 200",
        "evil.example, 421",
        "localhost.evil.example, 421",
        "localhost:port, 400",
        "'', 400"
    })
    void goesByLoopbackNamesOnly(String host, int status) throws IOException {
        assertThat(exchange(get(ACCOUNTS, "Host: " + host + "\r\n" + bearer()))).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: http://localhost, 400",
        "Sec-Fetch-Site: same-origin, 400",
        "Origin: http://localhost:3000, 403",
        "Origin: https://localhost, 403",
        "Origin: null, 403",
        "Sec-Fetch-Site: cross-site, 403",
        "Sec-Fetch-Site: same-site, 403"
    })
    void letsNoForeignPageChangeAnything(String field, int status) throws IOException {
        String answer = exchange(post(field + "\r\nContent-Type: application/json", "[]"));

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BREW /client/v4/accounts HTTP/1.1                | 405",
                "OPTIONS /client/v4/accounts HTTP/1.1             | 405",
                "GET /nothing HTTP/1.1                            | 404",
                "GET /../etc/passwd HTTP/1.1                      | 400",
                "GET /%2e%2e/etc/passwd HTTP/1.1                  | 400",
                "GET /a%2fb HTTP/1.1                              | 400",
                "GET /a%00b HTTP/1.1                              | 400",
                "GET /a%5cb HTTP/1.1                              | 400",
                "GET /%ff HTTP/1.1                                | 400",
                "GET /%f HTTP/1.1                                 | 400",
                "GET http://localhost/client/v4/accounts HTTP/1.1 | 400",
                "GET * HTTP/1.1                                   | 400",
                "GET /client/v4/accounts HTTP/3.0                 | 505",
                "PRI * HTTP/2.0                                   | 505",
                "nonsense                                         | 400"
            })
    void refusesOddRequestLines(String line, int status) throws IOException {
        String answer = exchange(line + "\r\nHost: localhost\r\n" + bearer() + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\"success\":false");
        assertServesOn();
    }

    @Test
    void saysWhichMethodsAPathHas() throws IOException {
        assertThat(exchange("DELETE " + ACCOUNTS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("allow: GET, HEAD\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Transfer-Encoding: chunked;Content-Length: 3  | 400",
                "Content-Length: 3;Content-Length: 4           | 400",
                "Content-Length: +3                            | 400",
                "Content-Length: -1                            | 400",
                "Transfer-Encoding: xchunked                   | 400",
                "Transfer-Encoding: gzip, chunked              | 400",
                "Transfer-Encoding: chunked;Transfer-Encoding: chunked | 400",
                "Transfer-Encoding : chunked                   | 400",
                "Content-Length: 99999999999999999999          | 400",
                "Content-Length: 1048577                       | 413",
                "Content-Length: 3;Expect: 200-ok              | 417"
            })
    void refusesUnclearBodies(String fields, int status) throws IOException {
        String answer = exchange("POST /client/v4/accounts/x/cfd_tunnel HTTP/1.1\r\nHost: localhost\r\n" + bearer()
                + "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + fields.replace(";", "\r\n") + "\r\n\r\n{}\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
        assertServesOn();
    }

    @Test
    void refusesAHeaderBomb() throws IOException {
        assertThat(exchange(get(ACCOUNTS, "Host: localhost\r\nX: " + "x".repeat(17_000))))
                .startsWith("HTTP/1.1 431 ");
        assertThat(exchange(get("/" + "x".repeat(9_000), "Host: localhost"))).startsWith("HTTP/1.1 414 ");
        assertServesOn();
    }

    @Test
    void refusesAHugeChunkedBody() throws IOException {
        try (RawClient client = new RawClient(sim.apiPort())) {
            client.send("POST " + tunnels() + " HTTP/1.1\r\nHost: localhost\r\n" + bearer()
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 17; i++) {
                client.send("10000\r\n" + "x".repeat(65_536) + "\r\n");
            }

            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
        }
        assertServesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{} {}", "[]", "null", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"\u00ff\"}"})
    void refusesWhatIsNoJsonObject(String body) throws IOException {
        assertThat(exchange(post("Content-Type: application/json", body)))
                .startsWith("HTTP/1.1 400 ")
                .contains("The body");
    }

    @Test
    void refusesAJsonBomb() throws IOException {
        String body = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThat(exchange(post("Content-Type: application/json", body)))
                .startsWith("HTTP/1.1 400 ")
                .contains("The body is not JSON");
    }

    @Test
    void refusesOtherTypesOfBody() throws IOException {
        assertThat(exchange(post("Content-Type: text/plain", "{}"))).startsWith("HTTP/1.1 415 ");
        assertThat(exchange(post("X: y", "{}"))).startsWith("HTTP/1.1 415 ");
    }

    @Test
    void answersPipelinedRequestsInOrderAndOneAtATime() throws IOException {
        int count = 500;
        try (RawClient client = new RawClient(sim.apiPort())) {
            String one = "GET " + ACCOUNTS + "/%d HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n\r\n";
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < count; i++) {
                all.append(
                        i % 2 == 0
                                ? one.formatted(i)
                                : "HEAD " + one.formatted(i).substring(4));
            }
            client.send(all + get("/nothing", "Host: localhost"));

            String answers = client.readAll();
            assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(count + 2);
            assertThat(answers).contains("HTTP/1.1 404 ").contains("There is nothing at this path.");
        }
    }

    @Test
    void keepsServingWhileOthersSayNothing() throws IOException {
        RawClient[] silent = new RawClient[200];
        try {
            for (int i = 0; i < silent.length; i++) {
                silent[i] = new RawClient(sim.apiPort());
                silent[i].send("GET / HT");
            }
            assertThat(silent[0].readAll()).as("the eldest had to go").isEmpty();
            assertServesOn();
        } finally {
            for (RawClient client : silent) {
                if (client != null) {
                    client.close();
                }
            }
        }
    }

    @Test
    void asksForTheBodyWhenToldToWait() throws IOException {
        try (RawClient client = new RawClient(sim.apiPort())) {
            client.send("POST " + tunnels() + " HTTP/1.1\r\nHost: localhost\r\n" + bearer()
                    + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            client.send("[]");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    private void assertServesOn() throws IOException {
        assertThat(exchange(get(ACCOUNTS, "Host: localhost\r\n" + bearer()))).startsWith("HTTP/1.1 200 ");
    }

    private String tunnels() {
        return ACCOUNTS + "/" + TunnelSpec.ACCOUNT + "/cfd_tunnel";
    }

    private String bearer() {
        return "Authorization: Bearer " + sim.apiToken();
    }

    private static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\n" + fields + "\r\nConnection: close\r\n\r\n";
    }

    private String post(String fields, String body) {
        return "POST " + tunnels() + " HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n" + fields
                + "\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    private String exchange(String request) throws IOException {
        try (RawClient client = new RawClient(sim.apiPort())) {
            client.send(request);
            return client.readAll();
        }
    }
}
