package dev.adit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used, from {@code /proc}.
 *
 * @param cpuMicros user and system time of all its threads, in steps of 10 ms
 * @param rssKib memory that is resident now
 * @param peakRssKib the most that ever was
 */
record Usage(long cpuMicros, long rssKib, long peakRssKib) {
    // USER_HZ, which is 100 on every Linux of our platforms.
    private static final long MICROS_PER_TICK = 10_000;
    // Fields of /proc/PID/stat behind the command name (proc_pid_stat(5): 14 and 15).
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    static Usage of(long pid) throws IOException {
        Path directory = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(directory.resolve("stat"));
        // The command name is in parentheses and may hold spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
        String status = Files.readString(directory.resolve("status"));
        return new Usage(ticks * MICROS_PER_TICK, kib(status, "VmRSS:"), kib(status, "VmHWM:"));
    }

    private static long kib(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
