package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** git over its smart HTTP protocol, with git's own server as the origin. */
@Tag("programs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class GitIT {
    private static final String HOST = "git.example.test";
    private static final long PACK_BYTES = 40L << 20;

    private final Running running = new Running();
    private Path directory;
    private CgiOrigin origin;
    private Chain chain;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        origin = running.add(new CgiOrigin(
                List.of("git", "http-backend"),
                Map.of(
                        "GIT_PROJECT_ROOT", directory.resolve("served").toString(),
                        "GIT_HTTP_EXPORT_ALL", "1",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        // Whoever has a name may push.
                        "REMOTE_USER", "tester")));
        chain = running.add(Chain.start(directory, Map.of(HOST, origin.service())));
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
    void clonesWhatItPushed(String version) throws IOException {
        String name = version.replace('/', '-');
        Path work = directory.resolve(name + "-work");
        Path copy = directory.resolve(name + "-copy");
        git(directory, version, "init", "--quiet", "--bare", "served/" + name + ".git");
        git(directory, version, "init", "--quiet", "--initial-branch=main", work.toString());
        commit(work, version, "small", new Noise(1, 10));
        commit(work, version, "large", new Noise(2, PACK_BYTES));
        origin.forget();

        git(work, version, "push", "--quiet", chain.url(HOST) + "/" + name + ".git", "main");

        // More than http.postBuffer: a probe, then one body of unknown length.
        assertThat(origin.calls())
                .filteredOn(call -> call.target().endsWith("git-receive-pack") && call.size() > PACK_BYTES)
                .singleElement()
                .satisfies(call -> assertThat(call.transferEncoding()).isEqualTo("chunked"));

        git(
                directory,
                version,
                "clone",
                "--quiet",
                "-b",
                "main",
                chain.url(HOST) + "/" + name + ".git",
                copy.toString());

        git(copy, version, "fsck", "--strict");
        assertThat(head(copy, version)).isEqualTo(head(work, version));
        assertThat(copy.resolve("large")).hasSameBinaryContentAs(work.resolve("large"));

        commit(work, version, "next", new Noise(3, 2_000_000));
        git(work, version, "push", "--quiet", chain.url(HOST) + "/" + name + ".git", "main");
        git(copy, version, "pull", "--quiet", "--ff-only");

        assertThat(head(copy, version)).isEqualTo(head(work, version));
    }

    private void commit(Path work, String version, String file, Noise content) throws IOException {
        try (OutputStream out = Files.newOutputStream(work.resolve(file))) {
            content.writeTo(out);
        }
        git(work, version, "add", file);
        git(work, version, "commit", "--quiet", "--message", "Add " + file);
    }

    private String head(Path repository, String version) {
        return git(repository, version, "rev-parse", "HEAD");
    }

    private String git(Path where, String version, String... arguments) {
        return Command.of(where, "git")
                .with("-c", "http.version=" + version, "-c", "http.curloptResolve=" + chain.resolve(HOST))
                .with("-c", "user.name=Tester", "-c", "user.email=tester@example.test", "-c", "core.compression=0")
                .with(arguments)
                .variable("GIT_CONFIG_NOSYSTEM", "1")
                .variable("GIT_CONFIG_GLOBAL", "/dev/null")
                // These variables would win over settings.
                .variable("GIT_SSL_CAINFO", chain.authority().toString())
                .variable("NO_PROXY", "*")
                .variable("no_proxy", "*")
                .variable("GIT_TERMINAL_PROMPT", "0")
                .run()
                .ok()
                .text();
    }
}
