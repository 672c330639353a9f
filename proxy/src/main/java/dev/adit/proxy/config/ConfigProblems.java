package dev.adit.proxy.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one document. Confined to the thread that reads the document. */
public final class ConfigProblems {
    /** More than anybody reads; keeps a hostile document from filling the log. */
    private static final int MOST = 200;

    /** Values are quoted in messages, and a value may be as long as the document. */
    private static final int MOST_CHARS = 400;

    private final String source;
    private final List<Problem> problems = new ArrayList<>();

    ConfigProblems(String source) {
        this.source = source;
    }

    void add(int line, String path, String message) {
        if (problems.size() < MOST) {
            problems.add(new Problem(line, path, message));
        }
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Every problem as {@code source:line: key.path: what is wrong}, in the order of the document. */
    public List<String> all() {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(problem -> problem.describe(source))
                .toList();
    }

    /** Ends the reading of a document that has problems. */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new InvalidConfig(all());
        }
    }

    private record Problem(int line, String path, String message) {
        String describe(String source) {
            StringBuilder text =
                    new StringBuilder(source).append(':').append(line).append(": ");
            if (!path.isEmpty()) {
                text.append(path).append(": ");
            }
            return printable(text.append(message));
        }

        /** Text of the document must not start a new line or color the terminal. */
        private static String printable(CharSequence text) {
            StringBuilder printable = new StringBuilder(text.length());
            for (int i = 0; i < Math.min(text.length(), MOST_CHARS); i++) {
                char c = text.charAt(i);
                if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                    printable.append(String.format("\\u%04x", (int) c));
                } else {
                    printable.append(c);
                }
            }
            return text.length() > MOST_CHARS ? printable.append('…').toString() : printable.toString();
        }
    }
}
