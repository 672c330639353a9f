package dev.adit.connector.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Steps that are all tried, and which of them failed. */
final class Steps {
    private final List<String> failures = new ArrayList<>();

    /** Something that may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, ServiceProblem;
    }

    /** Runs {@code step} and keeps the reason if it fails. */
    void run(Step step) {
        try {
            step.run();
        } catch (ServiceProblem e) {
            failures.add(String.valueOf(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            failures.add("a file can't be removed: " + e.getMessage());
        }
    }

    boolean allWentWell() {
        return failures.isEmpty();
    }

    /** Tells of every failure in one problem. */
    void throwIfAnyFailed() throws ServiceProblem {
        if (!failures.isEmpty()) {
            throw new ServiceProblem("the service can't be removed whole: " + String.join("; ", failures));
        }
    }
}
