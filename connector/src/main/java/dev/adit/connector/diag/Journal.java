package dev.adit.connector.diag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a service wrote to systemd's journal. Blocks. */
public final class Journal {
    /** cloudflared's choice. */
    private static final String SINCE = "2 weeks ago";

    /** The newest lines are kept if there are more. */
    private static final int MAX_LINES = 10_000;

    private static final String SUFFIX = ".service";

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

    /**
     * systemd's services on this machine that run {@code name}: the one of that name, those that add an instance to it with
     * a dash, and the instances of a template as a pattern such as {@code adit@*}. In the order of their names.
     *
     * @throws IOException if a directory can't be read
     */
    public SortedSet<String> services(String name) throws IOException {
        SortedSet<String> found = new TreeSet<>();
        for (Path directory : units) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name + "*" + SUFFIX)) {
                for (Path file : files) {
                    String unit = file.getFileName().toString();
                    String service = unit.substring(0, unit.length() - SUFFIX.length());
                    if (service.equals(name) || service.startsWith(name + "-") || service.startsWith(name + "@")) {
                        found.add(service.endsWith("@") ? service + "*" : service);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return found;
    }

    /** The lines of {@code service}, which may be a pattern, as many as this user may see. */
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
