package dev.adit.e2e.programs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A machine that systemd runs, as thin as a directory: this one's packages and network, a root of its own. */
final class SystemdNode implements AutoCloseable {
    private static final String SCRIPT = "node.sh";

    private final Path parent;
    private final Path directory;

    private SystemdNode(Path parent, String name) {
        this.parent = parent;
        directory = parent.resolve(name);
    }

    /** Boots one called {@code name}; its files are below {@code parent}. */
    static SystemdNode start(Path parent, String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(SystemdNode.class.getResourceAsStream(SCRIPT))) {
            Files.copy(in, parent.resolve(SCRIPT));
        }
        SystemdNode node = new SystemdNode(parent, name);
        try {
            node.script("start").run().ok();
        } catch (AssertionError e) {
            node.close();
            throw e;
        }
        return node;
    }

    /** Its file {@code path}, as seen from outside. */
    Path file(String path) {
        return directory.resolve("root").resolve(path);
    }

    /** A command that runs inside. */
    Command command(String... words) {
        return script("run").with(words);
    }

    @Override
    public void close() {
        script("stop").run();
    }

    private Command script(String operation) {
        return Command.of(parent, "bash", SCRIPT, operation, directory.toString());
    }
}
