package dev.adit.connector.logging;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Standard error, whatever it is when a line comes; UTF-8 in any locale. Callable from any thread. */
final class ErrorStream implements LineOutput {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");

    private final LineForm form;

    ErrorStream(LineForm form) {
        this.form = form;
    }

    @Override
    public void write(LogLine line) {
        byte[] bytes = form.of(line).getBytes(StandardCharsets.UTF_8);
        PrintStream stream = System.err;
        stream.write(bytes, 0, bytes.length);
        stream.flush();
    }

    /** Whether a person looks at it, and takes colors: {@code environment} may say no as no-color.org has it. */
    static boolean takesColors(Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(environment.get("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(DESCRIPTOR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux, so not known.
            return false;
        }
    }
}
