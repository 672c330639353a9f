package dev.adit.connector.check;

import dev.adit.connector.check.CheckRow.Component;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at this machine itself: its clock, its limits, its disk. Blocks, so it is not for an event loop. */
public final class MachineChecks {
    /** Certificates are valid from some minutes before they are handed out, and access tokens allow one minute. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(1);

    /** Four connections with 100 requests each, an origin connection for each of these, and some for the rest. */
    private static final long FEWEST_FILES = 1024;

    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+|unlimited)");

    private final Clock clock;

    public MachineChecks(Clock clock) {
        this.clock = clock;
    }

    /** Compares this machine's clock with that of the server at {@code api}, by the date in its answer to any request. */
    public CheckRow clock(URI api) {
        String target = String.valueOf(api.getHost());
        HttpRequest request = HttpRequest.newBuilder(api)
                .timeout(ANSWER)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<Void> answer = HttpClient.newBuilder()
                    .connectTimeout(ANSWER)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.discarding());
            Instant now = clock.instant();
            Optional<String> date = answer.headers().firstValue("date");
            return date.isPresent() ? compared(target, date.get(), now) : skipped(target);
        } catch (IOException e) {
            return skipped(target);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return skipped(target);
        }
    }

    private static CheckRow compared(String target, String date, Instant now) {
        Instant theirs;
        try {
            theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            return skipped(target);
        }
        Duration skew = Duration.between(theirs, now);
        if (skew.abs().compareTo(MOST_SKEW) <= 0) {
            return CheckRow.pass(Component.CLOCK, target, "agrees to a minute");
        }
        String off =
                String.format(Locale.ROOT, "%d s %s", skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead");
        return CheckRow.fail(
                Component.CLOCK,
                target,
                off,
                "this machine's clock is " + off + ", so certificates and access tokens may not be accepted;"
                        + " turn time synchronization on (timedatectl set-ntp true)");
    }

    private static CheckRow skipped(String target) {
        return CheckRow.skip(Component.CLOCK, target, "no server to compare with");
    }

    /** How many files and sockets this process may open, by {@code limits}, the text of {@code /proc/self/limits}. */
    static CheckRow openFiles(String limits) {
        Matcher found = OPEN_FILES.matcher(limits);
        if (!found.find()) {
            return CheckRow.skip(Component.FILES, "this process", "unknown");
        }
        String limit = found.group(1);
        if (limit.equals("unlimited") || limit.length() > 9 || Long.parseLong(limit) >= FEWEST_FILES) {
            return CheckRow.pass(Component.FILES, "this process", limit);
        }
        return CheckRow.fail(
                Component.FILES,
                "this process",
                limit,
                "only " + limit + " files and sockets may be open at a time; allow at least " + FEWEST_FILES
                        + " (LimitNOFILE= of the service, or ulimit -n)");
    }

    /** The same for this process. */
    public CheckRow openFiles() {
        try {
            return openFiles(Files.readString(Path.of("/proc/self/limits")));
        } catch (IOException e) {
            return CheckRow.skip(Component.FILES, "this process", "unknown");
        }
    }

    /** Whether the connector can keep what it wants to find again after a restart; {@code directory} null for nowhere. */
    public CheckRow state(@Nullable Path directory) {
        if (directory == null) {
            return CheckRow.skip(Component.STATE, "none", "nothing is kept for the next start");
        }
        if (Files.isDirectory(directory) && Files.isWritable(directory)) {
            return CheckRow.pass(Component.STATE, directory.toString(), "writable");
        }
        return CheckRow.fail(
                Component.STATE,
                directory.toString(),
                "not writable",
                "make " + directory + " a directory that this user may write to");
    }
}
