package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code /diag/threads}: what each thread is doing, by name. Holds all threads up for some milliseconds. */
final class ThreadsEndpoint implements Function<AdminRequest, AdminAnswer> {
    @Override
    public AdminAnswer apply(AdminRequest request) {
        StringBuilder text = new StringBuilder();
        List<Map.Entry<Thread, StackTraceElement[]>> threads = Thread.getAllStackTraces().entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().getName()))
                .toList();
        for (Map.Entry<Thread, StackTraceElement[]> thread : threads) {
            text.append('"')
                    .append(thread.getKey().getName())
                    .append("\" ")
                    .append(thread.getKey().getState())
                    .append('\n');
            for (StackTraceElement frame : thread.getValue()) {
                text.append("    at ").append(frame).append('\n');
            }
        }
        return AdminAnswer.text(200, text.toString());
    }
}
