package dev.adit.edgesim.rehearse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds, as Linux and its JVM tell.
 *
 * @param descriptors open file descriptors; -1 if unknown
 * @param heapKib used heap after a collection; -1 if it is no JVM, or its tools are missing
 * @param rssKib resident memory; -1 if unknown
 */
record ProcessFacts(long descriptors, long heapKib, long rssKib) {
    private static final Pattern USED = Pattern.compile("(?:generation|heap|space)\\s.*?used (\\d+)K");
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Lets the JVM of process {@code pid} collect its garbage, then looks. */
    static ProcessFacts of(long pid) throws InterruptedException {
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        return new ProcessFacts(descriptors(pid), heapKib(jcmd(pid, "GC.heap_info")), rssKib(pid));
    }

    /** Open file descriptors of process {@code pid}; -1 if unknown. */
    static long descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.count();
        } catch (IOException | UncheckedIOException e) {
            return -1;
        }
    }

    /** Used heap of what {@code jcmd GC.heap_info} printed: its generations, or its heap if it has none. */
    static long heapKib(String info) {
        long used = -1;
        for (String line : info.lines().toList()) {
            Matcher found = USED.matcher(line);
            if (found.find() && !line.contains("Metaspace") && !line.contains("class space") && !line.contains(" % ")) {
                used = Math.max(used, 0) + Long.parseLong(found.group(1));
            }
        }
        return used;
    }

    private static long rssKib(long pid) {
        try {
            Matcher found = RSS.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
            return found.find() ? Long.parseLong(found.group(1)) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static String jcmd(long pid, String command) throws InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process running = new ProcessBuilder(program, Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String text = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return running.waitFor() == 0 ? text : "";
        } catch (IOException e) {
            return "";
        }
    }
}
