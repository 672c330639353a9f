package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** {@code /diag/threads}: what every thread is doing. Stops them all for a moment. */
record ThreadsEndpoint() implements Function<AdminRequest, AdminAnswer> {
    @Override
    public AdminAnswer apply(AdminRequest request) {
        Map<Thread, StackTraceElement[]> stacks =
                new TreeMap<>(Comparator.comparing(Thread::getName).thenComparing(System::identityHashCode));
        stacks.putAll(Thread.getAllStackTraces());
        StringBuilder text = new StringBuilder();
        stacks.forEach((thread, stack) -> {
            text.append('"')
                    .append(thread.getName())
                    .append("\" ")
                    .append(thread.getState())
                    .append('\n');
            for (StackTraceElement frame : stack) {
                text.append("    at ").append(frame).append('\n');
            }
            text.append('\n');
        });
        return AdminAnswer.text(200, text.toString());
    }
}
