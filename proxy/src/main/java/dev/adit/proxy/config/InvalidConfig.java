package dev.adit.proxy.config;

import java.util.List;

/** A configuration that can't be used; the message has every problem on a line of its own. */
public final class InvalidConfig extends RuntimeException {
    private final List<String> problems;

    InvalidConfig(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem as {@code source:line: key.path: what is wrong}, in the order of the document. */
    public List<String> problems() {
        return problems;
    }
}
