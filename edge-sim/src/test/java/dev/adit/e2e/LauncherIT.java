package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher makes of the name that it was called by. */
@Timeout(60)
final class LauncherIT {
    private final Path directory;

    LauncherIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        script("bin/java", "printf '%s\\n' \"$@\"");
    }

    @Test
    void saysWhichNameItWasCalledBy() throws Exception {
        // In a checkout it would build jars that are older than the sources; a test has no business to do that.
        Path launcher = Files.copy(launcher(), directory.resolve("adit"), StandardCopyOption.COPY_ATTRIBUTES);
        Path link = Files.createSymbolicLink(directory.resolve("cloudflared"), launcher);

        assertThat(run(link, "tunnel", "--no-autoupdate", "run"))
                .contains("-Dadit.name=cloudflared")
                .containsSubsequence("dev.adit.connector.app.Main", "tunnel", "--no-autoupdate", "run");
        assertThat(run(launcher, "version")).contains("-Dadit.name=adit");
    }

    private List<String> run(Path program, String... args) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.command().addAll(List.of(args));
        builder.environment().put("JAVA_HOME", directory.toString());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        Process process =
                builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(lines.toString()).isZero();
        return lines;
    }

    private void script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Above the working directory of the test. */
    private static Path launcher() {
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isRegularFile(path.resolve("adit"))) {
                return path.resolve("adit");
            }
        }
        throw new AssertionError("no launcher above " + Path.of("").toAbsolutePath());
    }
}
