package dev.adit.edgesim.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The files of the page, from the jar: these and no others. */
final class ConsoleAssets {
    private static final Map<String, Source> SOURCES = Map.of(
            "/", new Source("index.html", "text/html; charset=utf-8"),
            "/console/console.css", new Source("console.css", "text/css; charset=utf-8"),
            "/console/console.js", new Source("console.js", "text/javascript; charset=utf-8"),
            "/console/icon.svg", new Source("icon.svg", "image/svg+xml"));

    private final Map<String, Asset> assets;

    /** Reads all files. */
    ConsoleAssets() {
        assets = SOURCES.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().read()));
    }

    /** The paths at which there is a file. */
    static Iterable<String> paths() {
        return SOURCES.keySet();
    }

    /** The file at {@code path}; null if there is none. */
    @Nullable
    Asset at(String path) {
        return assets.get(path);
    }

    /**
     * One file.
     *
     * @param type its media type
     * @param etag a strong validator, with its quotes
     * @param body its bytes; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and written to a buffer as it is
    record Asset(String type, String etag, byte[] body) {}

    private record Source(String file, String type) {
        Asset read() {
            try (InputStream in = Objects.requireNonNull(
                    ConsoleAssets.class.getResourceAsStream(file), "no " + file + " in the jar")) {
                byte[] body = in.readAllBytes();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
                return new Asset(type, '"' + HexFormat.of().formatHex(digest, 0, 8) + '"', body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
