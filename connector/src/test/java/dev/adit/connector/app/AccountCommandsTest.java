package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users get wrong with the commands that manage tunnels, and what an API may answer. */
@Timeout(60)
final class AccountCommandsTest {
    private static final String ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

    private final Path directory;
    private final Path token;
    private final HttpServer api;
    private final List<String> asked = new ArrayList<>();

    AccountCommandsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        token = Files.writeString(directory.resolve("api.token"), "very-secret\n");
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.start();
    }

    @AfterEach
    void stop() {
        api.stop(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create                           | create | Missing required parameter: 'NAME'",
                "create a b                       | create | Unmatched argument at index",
                "create " + ID + "                | create | a tunnel needs a name that is no UUID",
                "create --output xml a            | create | --output must be json or yaml, was \"xml\"",
                "create --secret AAAA a           | create | --secret must have at least 32 bytes, had 3",
                "create --secret ?? a             | create | --secret must be standard base64",
                "list --sort-by size              | list | --sort-by must be name, id, createdAt, deletedAt or",
                "list --when today                | list | --when must be a time such as 2026-11-22T18:00:00Z",
                "list -i 1                        | list | --id must be a UUID, was \"1\"",
                "info                             | info | Missing required parameter: 'TUNNEL'",
                "info --sort-by name a            | info | --sort-by must be id, createdAt, numConnections or",
                "delete                           | delete | Missing required parameter: 'TUNNEL'",
                "cleanup -c 1 a                   | cleanup | --connector-id must be a UUID, was \"1\"",
                "token                            | token | Missing required parameter: 'TUNNEL'",
                "route dns a                      | route dns | Missing required parameter: 'HOST'",
                "route                            | route | missing command",
                "list --api-url http://192.0.2.1  | list | --api-url must be an https:// address, or http:// on this",
                "list --api-url ftp://127.0.0.1   | list | --api-url must be an https:// address, or http:// on this",
                "list --name                      | list | Missing required parameter for option '--name' (NAME)"
            })
    void isCalledTheWrongWay(String line, String command, String expected) {
        List<String> args = new ArrayList<>(List.of("tunnel", "--api-token-file", token.toString()));
        args.addAll(List.of(line.strip().split(" +")));

        Ran ran = Ran.of(args.toArray(new String[0]));

        assertThat(ran.err())
                .startsWith("adit tunnel " + command + ": " + expected)
                .doesNotContain("very-secret");
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void readsWhatProvesTheRightToAnAccount() throws IOException {
        Path missing = directory.resolve("missing");
        assertThat(Ran.of("tunnel", "list", "--api-token-file", missing.toString()))
                .isEqualTo(new Ran(
                        1, "", "adit tunnel list: --api-token-file " + missing + " can't be read: no such file\n"));
        assertThat(Ran.of("tunnel", "list", "--origincert", missing.toString()).err())
                .isEqualTo("adit tunnel list: --origincert " + missing + " can't be read: no such file\n");
        Path bad = Files.writeString(directory.resolve("cert.pem"), "very-secret");
        assertThat(Ran.of("tunnel", "list", "--origincert", bad.toString()))
                .isEqualTo(new Ran(
                        1,
                        "",
                        "adit tunnel list: --origincert " + bad
                                + " can't be used: it has no PEM block ARGO TUNNEL TOKEN\n"));
        Files.writeString(token, "two\nlines\n");
        assertThat(list().err()).contains("the API token must be one line of ASCII characters without spaces");
    }

    @Test
    void listsWhatIsAskedForOverAllPages() {
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            page.append(i == 0 ? "" : ",").append(tunnel("t" + i, "[]"));
        }
        answer("/accounts/acc/cfd_tunnel", query -> query.contains("page=1&") ? page.toString() : tunnel("z", """
                [{"colo_name":"LHR","is_pending_reconnect":false},{"colo_name":"AMS"},{"colo_name":"LHR"},
                {"colo_name":"AMS","is_pending_reconnect":true}]"""));

        Ran ran = list("-np", "t", "-invert-sort", "-enp=x", "--show-deleted");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines()).hasSize(102).first().asString().matches("ID +NAME CREATED +CONNECTIONS");
        assertThat(ran.out().lines().skip(1)).first().isEqualTo(ID + " z    2026-11-22T18:00:00Z 1xAMS, 2xLHR");
        assertThat(asked)
                .containsExactly(
                        "exclude_prefix=x&name_prefix=t&page=1&per_page=100",
                        "exclude_prefix=x&name_prefix=t&page=2&per_page=100");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "200 | application/json | {'success':true,'errors':[{'code':7,'message':'odd'}],'result':[]} | status 200 (odd [7])",
                "200 | application/json | {'success':false,'errors':[],'result':[]} | status 200",
                "200 | text/html        | <html> | status 200 (the answer is no JSON)",
                "200 | application/json | {'success':true | status 200 (the answer is no JSON)",
                "403 | application/json | {'success':false,'errors':[{'code':9109,'message':'no\\u001b[2J'}]} | the API token may not do this (no [2J [9109])",
                "301 | text/html        | x | status 301 (the answer is no JSON)",
                "200 | application/json | {'success':true,'result':[{'id':'x'}]} | the API tells of a tunnel without an id"
            })
    void saysHowTheApiRefused(int status, String type, String body, String expected) {
        api.createContext("/", exchange -> {
            byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });

        Ran ran = list();

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("adit tunnel list: ")
                .contains(expected)
                .hasLineCount(1);
        assertThat(ran.err()).doesNotContain("very-secret");
    }

    @Test
    void saysThatNobodyAnswers() {
        api.stop(0);

        assertThat(list().err()).contains(url() + " can't be asked: ").hasLineCount(1);
    }

    @Test
    void asksForAQuickTunnelOnlyWhereItCanBeServed() {
        assertThat(quick("--quick-service", "http://192.0.2.1").err())
                .contains("--quick-service must be an https:// address")
                .endsWith("See 'adit tunnel --help'.\n");
        assertThat(quick("--quick-service", url()).exitCode()).isEqualTo(1);
        assertThat(quick("--quick-service", url()).err()).contains(url() + " gave no tunnel: status 404, and no JSON");
        answer("/tunnel", query -> "");
        assertThat(quick("--quick-service", url()).err())
                .contains(url() + " gave no tunnel: status 200, the answer has no tunnel in it");
        assertThat(quick("--quick-service=").err()).contains("missing command, or --url for a quick tunnel");
    }

    @Test
    void saysThatAFileWithATunnelIsForRun() throws IOException {
        Path file = Files.writeString(directory.resolve("config.yml"), "tunnel: " + ID + "\n");

        Ran ran = Ran.of("tunnel", "--config", file.toString());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("names a tunnel: serve it with 'adit tunnel run'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://localhost/x            | nowhere to keep them: give --state-dir DIR",
                "--state-dir /no/such https://a | --state-dir /no/such is not a directory",
                "http://localhost/x             | URL must begin with https://",
                "ftp://localhost/x              | URL must be an https:// address",
                "--state-dir /                  | Missing required parameter: 'URL'"
            })
    void wantsAPlaceToFetchFromAndOneToKeep(String line, String expected) {
        Ran ran = Ran.of(("trust fetch " + line).strip().split(" +"));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("adit trust fetch: " + expected);
    }

    private Ran list(String... more) {
        List<String> args = new ArrayList<>(List.of("tunnel", "list", "--api-url", url(), "--account", "acc"));
        args.addAll(List.of("--api-token-file", token.toString()));
        args.addAll(List.of(more));
        return Ran.of(args.toArray(new String[0]));
    }

    private static Ran quick(String... more) {
        List<String> args = new ArrayList<>(List.of("tunnel", "--url", "http://127.0.0.1:1"));
        args.addAll(List.of(more));
        return Ran.of(args.toArray(new String[0]));
    }

    private String url() {
        return "http://127.0.0.1:" + api.getAddress().getPort();
    }

    private static String tunnel(String name, String connections) {
        return "{\"id\":\"" + ID + "\",\"name\":\"" + name
                + "\",\"created_at\":\"2026-11-22T18:00:00.123456Z\",\"deleted_at\":null,\"connections\":" + connections
                + "}";
    }

    private void answer(String path, Function<String, String> result) {
        api.createContext(path, exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            asked.add(query);
            byte[] bytes = ("{\"success\":true,\"errors\":[],\"result\":[" + result.apply(query) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
