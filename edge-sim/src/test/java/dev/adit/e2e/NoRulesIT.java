package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connector whose user gave it no rules. */
final class NoRulesIT {
    private static final String WARNING = "No ingress rules were defined";

    private final Path directory;
    private final ScriptedEdge edge = new ScriptedEdge();

    NoRulesIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
    }

    @Test
    void answers503AndWarnsOnce() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("config.yml"), "ingress: []\n");
        try (ConnectorProcess connector =
                start(Map.of("TUNNEL_CRED_CONTENTS", credentials(), "TUNNEL_CONFIG", file.toString()))) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());

            for (int i = 0; i < 3; i++) {
                Answer answer = tunnel.connection().get(Lab.HOST, "/" + i).await(Answer::isOver);
                assertThat(answer.field(":status")).contains("503");
            }
            connector.terminate();
            tunnel.control().unregister();

            assertThat(connector.exitCode()).isZero();
            assertThat(connector.output()).containsOnlyOnce(WARNING).doesNotContain("Exception");
        }
    }

    @Test
    void doesNotWarnWhereTheEdgeSendsTheRules() throws IOException, InterruptedException {
        try (ConnectorProcess connector =
                start(Map.of("TUNNEL_TOKEN", Lab.token().encode()))) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());

            Answer answer = tunnel.connection().get(Lab.HOST, "/").await(Answer::isOver);
            connector.terminate();
            tunnel.control().unregister();

            assertThat(answer.field(":status")).contains("503");
            assertThat(connector.exitCode()).isZero();
            assertThat(connector.output()).doesNotContain(WARNING);
        }
    }

    private ConnectorProcess start(Map<String, String> variables) throws IOException {
        return ConnectorProcess.start(
                directory,
                variables,
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--ha-connections",
                "1");
    }

    /** The token in the words of a credentials file. */
    private static String credentials() {
        String json = new String(Base64.getDecoder().decode(Lab.token().encode()), StandardCharsets.UTF_8);
        return json.replace("\"a\"", "\"AccountTag\"")
                .replace("\"s\"", "\"TunnelSecret\"")
                .replace("\"t\"", "\"TunnelID\"");
    }
}
