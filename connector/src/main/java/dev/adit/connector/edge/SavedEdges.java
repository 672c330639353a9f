package dev.adit.connector.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that were found last, in a file: one line for each, the number of its part of the edge first. */
final class SavedEdges {
    private static final Logger log = LoggerFactory.getLogger(SavedEdges.class);

    private final Path file;
    private final Executor blocking;

    /** Those of {@code region}, null for the global edge; {@code blocking} runs what touches the file. */
    SavedEdges(Path directory, @Nullable String region, Executor blocking) {
        file = directory.resolve(region == null ? "edge-addresses" : "edge-addresses-" + region);
        this.blocking = blocking;
    }

    /** What was saved last; a failure if there is nothing of use. */
    CompletionStage<EdgeRegions> read() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return parse(Files.readAllLines(file));
                    } catch (IOException e) {
                        throw new IllegalStateException("no addresses are saved in " + file, e);
                    }
                },
                blocking);
    }

    /** Saves {@code regions}; what goes wrong is logged. */
    void write(EdgeRegions regions) {
        blocking.execute(() -> {
            List<String> lines = new ArrayList<>();
            regions.first().forEach(address -> lines.add("1 " + address));
            regions.second().forEach(address -> lines.add("2 " + address));
            try {
                // Of its own name, as another process may save at the same time.
                Path half = Files.createTempFile(file.getParent(), "edge-addresses", ".new");
                Files.write(half, lines);
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                log.warn("The edge's addresses could not be saved file={} error=\"{}\"", file, e.toString());
            }
        });
    }

    private static EdgeRegions parse(List<String> lines) {
        List<EdgeAddress> first = new ArrayList<>();
        List<EdgeAddress> second = new ArrayList<>();
        for (String line : lines) {
            if (line.length() > 2) {
                (line.startsWith("1 ") ? first : second).add(EdgeAddress.parse(line.substring(2)));
            }
        }
        return new EdgeRegions(first, second);
    }
}
