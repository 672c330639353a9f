package dev.adit.connector.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/** The file from which {@code tunnel run} learns which tunnel it may serve; only its owner may read it, and nobody write. */
final class CredentialsFile {
    private CredentialsFile() {}

    /** Refuses a file that is there already, before anything is done that would want to write it. */
    static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw new BadInput("the credentials file " + file + " exists already; it is not overwritten");
        }
    }

    /**
     * Writes the right to serve a tunnel; makes the directory, for its owner alone, if need be.
     *
     * @throws IOException if that failed, also because the file is there already; then nothing of ours is left
     */
    static void write(Path file, TunnelToken token) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(file, "rwx------"));
        }
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(file, "r--------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(json(token).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("it exists already and is not overwritten", e);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static String json(TunnelToken token) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("AccountTag", token.accountTag());
            json.writeStringField(
                    "TunnelSecret",
                    Base64.getEncoder().encodeToString(token.secret().toBytes()));
            json.writeStringField("TunnelID", token.tunnelId().toString());
            String endpoint = token.endpoint();
            json.writeStringField("Endpoint", endpoint == null ? "" : endpoint);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static FileAttribute<?>[] attributes(Path file, String permissions) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
