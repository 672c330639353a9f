package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Docker registry, Debian's package of it: blobs go up in pieces and come down whole. */
@Tag("programs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class RegistryIT {
    private static final Logger log = LoggerFactory.getLogger(RegistryIT.class);

    private static final String HOST = "registry.example.test";
    private static final String RELATIVE_HOST = "relative.example.test";
    private static final String NAME = "/v2/team/image";
    private static final long MIB = 1L << 20;
    private static final Noise WARM_UP = new Noise(10, 128 * MIB);
    private static final Noise LARGE = new Noise(11, 1024 * MIB);
    private static final long MOST_GROWTH_BYTES = 64 * MIB;

    private final Running running = new Running();
    private Chain chain;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        chain = running.add(Chain.start(
                directory,
                Map.of(
                        HOST,
                        registry(directory, "absolute", false),
                        RELATIVE_HOST,
                        registry(directory, "relative", true))));
    }

    @AfterAll
    void stop() {
        running.close();
    }

    /** Starts a registry that sends relative or absolute URLs; its address as a service. */
    private String registry(Path directory, String name, boolean relative) throws Exception {
        Path config =
                Files.writeString(directory.resolve(name + ".yml"), """
                version: 0.1
                log: {level: info}
                storage:
                  filesystem: {rootdirectory: %s}
                http: {addr: "127.0.0.1:0", relativeurls: %s, secret: same}
                """.formatted(directory.resolve(name), relative));
        Program registry =
                running.add(Program.start(directory, List.of("docker-registry", "serve", config.toString())));
        return "http://"
                + registry.await(Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)"), Duration.ofSeconds(30))
                        .group(1);
    }

    @ParameterizedTest
    @CsvSource({HOST + ",--http1.1", HOST + ",--http2", RELATIVE_HOST + ",--http1.1", RELATIVE_HOST + ",--http2"})
    void takesABlobInPieces(String host, String version) throws IOException {
        Noise blob = new Noise(version.length(), 5 * MIB + 321);
        String upload = begin(host, version);
        // The way of the specification: the length is known, and which bytes they are.
        upload = moved(
                host,
                patch(host, version, upload)
                        .with("--header", "Content-Range: 0-" + (MIB - 1))
                        .with("--header", "Content-Length: " + MIB, "--data-binary", "@-")
                        .run(in -> blob.writeTo(in, 0, MIB))
                        .ok(),
                202);
        // Docker's way: chunks, until there are no more.
        upload = moved(
                host,
                patch(host, version, upload)
                        .with("--upload-file", "-")
                        .run(in -> blob.writeTo(in, MIB, 5 * MIB))
                        .ok(),
                202);
        upload = moved(
                host,
                patch(host, version, upload)
                        .with("--upload-file", "-")
                        .run(in -> blob.writeTo(in, 5 * MIB, blob.sizeBytes()))
                        .ok(),
                202);

        String location = finish(host, version, upload, blob);

        assertThat(location).isEqualTo(NAME + "/blobs/sha256:" + blob.sha256());
        assertThat(downloadedSha256(host, version, location)).isEqualTo(blob.sha256());
    }

    @Test
    void passesAGibibyteBothWaysInLittleMemory() throws Exception {
        LaunchedConnector connector = chain.connector();
        long idle = connector.residentBytes();
        String version = "--http2";
        roundTrip(version, WARM_UP);
        roundTrip("--http1.1", WARM_UP);
        connector.resetPeak();
        long before = connector.residentBytes();

        long started = System.nanoTime();
        String location = upload(version, LARGE);
        long afterUpload = connector.peakBytes();
        long uploaded = System.nanoTime();
        assertThat(downloadedSha256(HOST, version, location)).isEqualTo(LARGE.sha256());
        long peak = connector.peakBytes();
        long ended = System.nanoTime();

        log.info(
                "1 GiB up in {} s, down in {} s; connector RSS: {} MiB at first, {} MiB before, peak {} MiB after upload, {} MiB in all",
                Duration.ofNanos(uploaded - started).toSeconds(),
                Duration.ofNanos(ended - uploaded).toSeconds(),
                idle / MIB,
                before / MIB,
                afterUpload / MIB,
                peak / MIB);
        assertThat(peak - before)
                .as("growth of the connector's memory from %s to %s bytes", before, peak)
                .isLessThan(MOST_GROWTH_BYTES);
    }

    private void roundTrip(String version, Noise blob) throws IOException {
        String location = upload(version, blob);
        assertThat(downloadedSha256(HOST, version, location)).isEqualTo(blob.sha256());
    }

    private String upload(String version, Noise blob) throws IOException {
        String upload = begin(HOST, version);
        long half = blob.sizeBytes() / 2;
        for (long from = 0; from < blob.sizeBytes(); from += half) {
            long start = from;
            upload = moved(
                    HOST,
                    patch(HOST, version, upload)
                            .with("--upload-file", "-")
                            .run(in -> blob.writeTo(in, start, start + half))
                            .ok(),
                    202);
        }
        return finish(HOST, version, upload, blob);
    }

    private String begin(String host, String version) {
        Command post = chain.curl(host, NAME + "/blobs/uploads/")
                .with(version, "--include", "--request", "POST", "--data", "");
        return moved(host, post.run().ok(), 202);
    }

    private Command patch(String host, String version, String upload) {
        return chain.curl(host, upload)
                .with(version, "--include", "--request", "PATCH")
                .with("--header", "Content-Type: application/octet-stream");
    }

    private String finish(String host, String version, String upload, Noise blob) {
        Command put = chain.curl(host, upload + "&digest=sha256:" + blob.sha256())
                .with(version, "--include", "--request", "PUT", "--data", "");
        return moved(host, put.run().ok(), 201);
    }

    private String downloadedSha256(String host, String version, String location) throws IOException {
        MessageDigest digest = Noise.newSha256();
        try (OutputStream sink = Noise.into(digest)) {
            chain.curl(host, location)
                    .with(version, "--fail")
                    .run(in -> {}, sink)
                    .ok();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Path and query of where a response points to, which must be the same host. */
    private String moved(String host, Command.Outcome outcome, int status) {
        List<String> lines = new ArrayList<>(outcome.text().lines().toList());
        // Those of 100 Continue, if there is one.
        while (lines.get(0).matches("HTTP/[0-9.]+ 100.*")) {
            lines.subList(0, lines.indexOf("") + 1).clear();
        }
        assertThat(lines.get(0)).as(outcome.text()).startsWith(lines.get(0).split(" ", -1)[0] + " " + status);
        String location = lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:"))
                .map(line -> line.substring("location:".length()).trim())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no location in " + outcome.text()));
        if (host.equals(RELATIVE_HOST)) {
            assertThat(location).startsWith("/");
        } else {
            assertThat(location).startsWith(chain.url(host) + "/");
        }
        URI target = URI.create(location);
        return target.getRawQuery() == null ? target.getRawPath() : target.getRawPath() + "?" + target.getRawQuery();
    }
}
