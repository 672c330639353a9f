package dev.adit.proxy.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Compiles the {@code path} of a rule. Go's engine refuses counted repetitions that multiply to more than 1000; RE2/J
 * lacks that limit, and {@code ((a{999}){999}){999}} would take all the memory.
 */
public final class PathExpression {
    private static final int MOST_CHARS = 4096;
    private static final int MOST_REPETITIONS = 1000;

    private final String text;
    /** The repetitions within each open group. */
    private final Deque<Integer> groups = new ArrayDeque<>();
    /** The repetitions within the innermost open group, and within what stands before the current place. */
    private int group = 1;

    private int atom = 1;
    private int at;

    private PathExpression(String text) {
        this.text = text;
    }

    /**
     * The compiled expression.
     *
     * @throws IllegalArgumentException if it is none; the message is for the user
     */
    public static Pattern compile(String text) {
        if (text.length() > MOST_CHARS) {
            throw new IllegalArgumentException("is longer than " + MOST_CHARS + " characters");
        }
        new PathExpression(text).checkRepetitions();
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Only counts; what is no expression at all is left to the engine. */
    private void checkRepetitions() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '\\' -> {
                    at++;
                    atom = 1;
                }
                case '[' -> skipClass();
                case '(' -> {
                    groups.push(group);
                    group = 1;
                    atom = 1;
                }
                case ')' -> {
                    atom = group;
                    group = Math.max(group, groups.isEmpty() ? 1 : groups.pop());
                }
                case '{' -> multiply();
                case '*', '+', '?' -> {
                    // Another copy at most, and what was counted before still counts.
                }
                default -> atom = 1;
            }
        }
    }

    private void skipClass() {
        atom = 1;
        if (at < text.length() && text.charAt(at) == '^') {
            at++;
        }
        int first = at;
        while (at < text.length() && (text.charAt(at) != ']' || at == first)) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    private void multiply() {
        int count = 0;
        int largest = 1;
        int end = at;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == ',')) {
            count = text.charAt(end) == ',' ? 0 : Math.min(MOST_REPETITIONS + 1, count * 10 + text.charAt(end) - '0');
            largest = Math.max(largest, count);
            end++;
        }
        if (end == at || end == text.length() || text.charAt(end) != '}') {
            atom = 1;
            return;
        }
        at = end + 1;
        if (largest > MOST_REPETITIONS / atom) {
            throw new IllegalArgumentException("repeats something more than " + MOST_REPETITIONS + " times");
        }
        atom *= largest;
        group = Math.max(group, atom);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
