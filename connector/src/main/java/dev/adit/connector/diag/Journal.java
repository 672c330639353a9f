package dev.adit.connector.diag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a service wrote to systemd's journal. Blocks. */
public final class Journal {
    /** cloudflared's choice. */
    private static final String SINCE = "2 weeks ago";

    /** The newest lines are kept if there are more. */
    private static final int MAX_LINES = 10_000;

    private static final List<Path> UNITS =
            List.of(Path.of("/etc/systemd/system"), Path.of("/usr/lib/systemd/system"), Path.of("/lib/systemd/system"));

    private final List<Path> units;
    private final String program;

    /** This machine's. */
    public Journal() {
        this(UNITS, "journalctl");
    }

    /** For services whose files are in {@code units}, as {@code program} prints it. */
    Journal(List<Path> units, String program) {
        this.units = List.copyOf(units);
        this.program = program;
    }

    /** Whether {@code service} is one of systemd's on this machine. */
    public boolean has(String service) {
        return units.stream().anyMatch(directory -> Files.isRegularFile(directory.resolve(service + ".service")));
    }

    /** The lines of {@code service}, as many as this user may see. */
    public String of(String service) throws IOException {
        List<String> command = List.of(
                program,
                "--unit=" + service,
                "--since=" + SINCE,
                "--lines=" + MAX_LINES,
                "--no-pager",
                "--output=short-iso");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("journalctl: " + lines.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("journalctl was not waited for", e);
        }
        return lines;
    }
}
