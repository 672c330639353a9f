package dev.adit.connector.app;

import dev.adit.connector.settings.Settings;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tunnel to serve, and the proof of the right to do so. The first of these that is there counts: token, token file,
 * the systemd credential {@code token}, credentials as text, credentials as a file, the file {@code ID.json} in one of the
 * configuration directories.
 *
 * @param settings what was given
 * @param environment for {@code CREDENTIALS_DIRECTORY}
 * @param directories where configuration files are looked for
 */
record Identity(Settings settings, Map<String, String> environment, List<Path> directories) {

    /** The token for {@code tunnel}, an id as the user gave it, or null; null if nothing is there. */
    @Nullable
    TunnelToken find(@Nullable String tunnel) {
        String token = settings.text("token");
        if (token != null) {
            return parse(
                    token.getBytes(StandardCharsets.UTF_8),
                    settings.origin("token") == Settings.Origin.FILE ? " in the configuration" : "");
        }
        Path file = tokenFile();
        if (file != null) {
            return parse(readToken(file), " in " + file);
        }
        UUID id = tunnel == null ? null : id(tunnel);
        String contents = settings.text("credentials-contents");
        if (contents != null) {
            return credentials(contents.getBytes(StandardCharsets.UTF_8), id, settings.place("credentials-contents"));
        }
        Path credentials = credentialsFile(id);
        return credentials == null
                ? null
                : credentials(read(credentials, "credentials file"), id, credentials.toString());
    }

    /** The file {@code ID.json} that {@link #find} takes in a configuration directory; null if it takes something else. */
    @Nullable
    Path foundFile(@Nullable String tunnel) {
        boolean named =
                isToken() || settings.text("credentials-contents") != null || settings.text("credentials-file") != null;
        return named || tunnel == null ? null : credentialsFile(id(tunnel));
    }

    /** Whether {@link #find} takes a token, whose tunnel has its rules from the edge; credentials are for local rules. */
    boolean isToken() {
        return settings.text("token") != null || tokenFile() != null;
    }

    private @Nullable Path tokenFile() {
        String given = settings.text("token-file");
        if (given != null) {
            return Path.of(given);
        }
        String directory = environment.get("CREDENTIALS_DIRECTORY");
        Path file = directory == null || directory.isEmpty() ? null : Path.of(directory, "token");
        return file != null && Files.exists(file) ? file : null;
    }

    private @Nullable Path credentialsFile(@Nullable UUID id) {
        String given = settings.text("credentials-file");
        if (given != null) {
            return Path.of(given);
        }
        if (id == null) {
            return null;
        }
        return directories.stream()
                .map(directory -> directory.resolve(id + ".json"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new BadInput("no credentials of tunnel " + id + ": looked for " + id + ".json in "
                        + directories + "; give --token-file or --credentials-file"));
    }

    private static UUID id(String tunnel) {
        try {
            UUID id = UUID.fromString(tunnel);
            if (id.toString().equalsIgnoreCase(tunnel)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        if (TypedSecrets.isLikely(tunnel)) {
            throw new BadInput("what stands for the id of a tunnel looks like a token: give it with --token-file");
        }
        throw new BadInput(
                "\"" + tunnel + "\" is not the id of a tunnel, and its name alone does not say which one it is:"
                        + " give the id, or --token-file");
    }

    private static byte[] readToken(Path file) {
        try {
            return read(file, "token file");
        } catch (BadInput e) {
            throw BadInput.ofCall(String.valueOf(e.getMessage()));
        }
    }

    /** The caller wipes what it gets. */
    private static byte[] read(Path file, String what) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            Arrays.fill(text.array(), '\0');
            return bytes;
        } catch (CharacterCodingException e) {
            throw new BadInput("Failed to read " + what + ": " + file + " is not text");
        } catch (IOException e) {
            throw new BadInput("Failed to read " + what + ": " + file + ": " + Daemon.reason(e));
        }
    }

    private static TunnelToken parse(byte[] text, String where) {
        try {
            return TunnelToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw BadInput.ofCall("Provided Tunnel token is not valid" + where + ": " + e.getMessage());
        }
    }

    private static TunnelToken credentials(byte[] text, @Nullable UUID id, String where) {
        try {
            return TunnelToken.ofCredentials(text, id);
        } catch (IllegalArgumentException e) {
            throw new BadInput("Tunnel credentials in " + where + " are not valid: " + e.getMessage());
        }
    }

    /** Shows no setting and no variable. */
    @Override
    public String toString() {
        return "Identity[directories=" + directories + "]";
    }
}
