package dev.adit.connector.status;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code /diag/system}: the machine below this process, sizes in KiB. What can't be found out is said in {@code errors}.
 * Reads files.
 *
 * @param version of this program
 */
record SystemEndpoint(String version) implements Function<AdminRequest, AdminAnswer> {
    private static final long KIB = 1024;
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)");

    @Override
    public AdminAnswer apply(AdminRequest request) {
        Map<String, String> errors = new TreeMap<>();
        return AdminAnswer.json(200, Json.object(json -> {
            json.writeObjectFieldStart("info");
            long total = memory("MemTotal", errors);
            json.writeNumberField("memoryMaximum", total);
            json.writeNumberField("memoryCurrent", Math.max(0, total - memory("MemAvailable", errors)));
            json.writeNumberField(
                    "fileDescriptorMaximum", number("fileDescriptorMaximum", SystemEndpoint::mostFiles, errors));
            json.writeNumberField(
                    "fileDescriptorCurrent", number("fileDescriptorCurrent", SystemEndpoint::openFiles, errors));
            json.writeStringField("osSystem", System.getProperty("os.name", ""));
            json.writeStringField("hostName", text("hostName", "/proc/sys/kernel/hostname", errors));
            json.writeStringField("osVersion", text("osVersion", "/proc/sys/kernel/version", errors));
            json.writeStringField("osRelease", text("osRelease", "/proc/sys/kernel/osrelease", errors));
            json.writeStringField("architecture", System.getProperty("os.arch", ""));
            json.writeStringField("cloudflaredVersion", version);
            json.writeStringField("goVersion", "java " + Runtime.version());
            json.writeStringField("goArch", System.getProperty("os.arch", ""));
            writeDisk(json, errors);
            json.writeEndObject();
            json.writeObjectFieldStart("errors");
            for (Map.Entry<String, String> error : errors.entrySet()) {
                json.writeStringField(error.getKey(), error.getValue());
            }
            json.writeEndObject();
        }));
    }

    private static void writeDisk(JsonGenerator json, Map<String, String> errors) throws IOException {
        json.writeArrayFieldStart("disk");
        try {
            Path here = Path.of("").toAbsolutePath();
            FileStore store = Files.getFileStore(here);
            long total = store.getTotalSpace();
            long used = total - store.getUnallocatedSpace();
            json.writeStartObject();
            json.writeStringField("name", store.name());
            json.writeNumberField("sizeMaximum", total / KIB);
            json.writeNumberField("sizeCurrent", used / KIB);
            json.writeEndObject();
        } catch (IOException e) {
            errors.put("disk", e.toString());
        }
        json.writeEndArray();
    }

    private static long memory(String field, Map<String, String> errors) {
        return number(field, () -> find(Pattern.compile(field + ":\\s+(\\d+) kB"), "/proc/meminfo"), errors);
    }

    private static long mostFiles() throws IOException {
        return find(OPEN_FILES, "/proc/self/limits");
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long find(Pattern wanted, String file) throws IOException {
        Matcher found = wanted.matcher(Files.readString(Path.of(file), StandardCharsets.UTF_8));
        if (!found.find()) {
            throw new IOException("nothing of that in " + file);
        }
        return Long.parseLong(found.group(1));
    }

    private static long number(String what, Source source, Map<String, String> errors) {
        try {
            return source.read();
        } catch (IOException e) {
            errors.put(what, e.toString());
            return 0;
        }
    }

    private static String text(String what, String file, Map<String, String> errors) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            errors.put(what, e.toString());
            return "";
        }
    }

    /** Something that is read. */
    private interface Source {
        long read() throws IOException;
    }
}
