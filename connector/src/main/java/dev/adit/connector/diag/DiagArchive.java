package dev.adit.connector.diag;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** A zip file with one member for each thing that was collected, and one that says what could not be. Blocks. */
public final class DiagArchive {
    /** cloudflared's limit for all together. */
    static final Duration ALL = Duration.ofSeconds(45);

    private static final String RESULTS = "task-result.json";

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Duration limit;
    private final LongSupplier clock;
    private final long deadlineNanos;

    /** The time for all runs from now on, so that it includes what is looked for before {@link #write}. */
    public DiagArchive() {
        this(ALL, System::nanoTime);
    }

    /** With another limit for all together, by a clock in nanoseconds. */
    DiagArchive(Duration limit, LongSupplier clock) {
        this.limit = limit;
        this.clock = clock;
        deadlineNanos = clock.getAsLong() + limit.toNanos();
    }

    /** Gives a member its bytes. */
    public interface Task {
        byte[] collect() throws IOException;
    }

    /** Adds a member; {@code task} runs on a thread of its own. */
    public DiagArchive add(String member, Task task) {
        tasks.put(member, task);
        return this;
    }

    /**
     * Collects all at the same time, and writes a file into {@code directory} that only its owner may read.
     *
     * @param name the beginning of the file's name
     * @throws IOException if the file can't be written
     */
    public Written write(Path directory, String name, Instant now) throws IOException {
        Map<String, CompletableFuture<byte[]>> collected = new LinkedHashMap<>();
        tasks.forEach((member, task) -> collected.put(member, start(member, task)));
        Map<String, String> failed = new LinkedHashMap<>();
        Path file = directory.resolve(
                name + "-diag-" + now.truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-') + ".zip");
        try (ZipOutputStream zip = new ZipOutputStream(create(file))) {
            for (Map.Entry<String, CompletableFuture<byte[]>> member : collected.entrySet()) {
                String error = put(zip, member.getKey(), member.getValue(), deadlineNanos - clock.getAsLong());
                if (error != null) {
                    failed.put(member.getKey(), error);
                }
            }
            put(zip, RESULTS, results(failed));
        }
        return new Written(file, failed);
    }

    /**
     * What was written.
     *
     * @param file the archive
     * @param failed the members that are missing, and why
     */
    public record Written(Path file, Map<String, String> failed) {
        public Written {
            failed = Map.copyOf(failed);
        }
    }

    private static CompletableFuture<byte[]> start(String member, Task task) {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.collect());
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                },
                "adit-diag-" + member);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Returns why the member could not be had, or null. */
    private @Nullable String put(ZipOutputStream zip, String member, CompletableFuture<byte[]> bytes, long nanosLeft)
            throws IOException {
        try {
            put(zip, member, bytes.get(Math.max(1, nanosLeft), TimeUnit.NANOSECONDS));
            return null;
        } catch (TimeoutException e) {
            return "took longer than " + limit.toString().substring(2).toLowerCase(Locale.ROOT);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "was not waited for";
        }
    }

    private static void put(ZipOutputStream zip, String member, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(member));
        zip.write(bytes);
        zip.closeEntry();
    }

    private static OutputStream create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is there already", e);
        }
        return Files.newOutputStream(file, StandardOpenOption.WRITE);
    }

    private byte[] results(Map<String, String> failed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (String member : tasks.keySet()) {
                json.writeStartObject();
                json.writeStringField("task", member);
                json.writeStringField("result", failed.containsKey(member) ? "failure" : "success");
                String error = failed.get(member);
                if (error != null) {
                    json.writeStringField("error", error);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return bytes.toByteArray();
    }
}
