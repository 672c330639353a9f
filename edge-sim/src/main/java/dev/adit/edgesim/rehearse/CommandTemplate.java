package dev.adit.edgesim.rehearse;

import java.util.ArrayList;
import java.util.List;

/**
 * A connector's command line with gaps.
 *
 * @param words its words; gaps are in braces
 */
record CommandTemplate(List<String> words) {
    private static final String EDGES = "{edges}";

    CommandTemplate {
        words = List.copyOf(words);
    }

    /**
     * Splits {@code text} at spaces, except between single or double quotes; there is no other escape. Throws
     * IllegalArgumentException if a quote is not closed or nothing is there.
     */
    static CommandTemplate parse(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("--command: a quote is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("--command must not be empty");
        }
        return new CommandTemplate(words);
    }

    /** The command line with {@code values} in the gaps; what else is in braces stays as it is. */
    List<String> line(Values values) {
        List<String> line = new ArrayList<>();
        for (String word : words) {
            if (word.equals(EDGES)) {
                values.edges().forEach(edge -> line.addAll(List.of("--edge", edge)));
            } else {
                line.add(word.replace("{token}", values.token())
                        .replace("{token-file}", values.tokenFile())
                        .replace("{cacert}", values.caFile())
                        .replace("{origin}", values.origin()));
            }
        }
        return line;
    }

    /** The command with its gaps, for people. */
    String text() {
        return String.join(" ", words);
    }

    /**
     * What goes into the gaps.
     *
     * @param token the tunnel's token
     * @param tokenFile a file with the token
     * @param edges where the edge listens, each as host and port
     * @param caFile a file with the authority of the edge
     * @param origin the URL of the service behind the tunnel
     */
    record Values(String token, String tokenFile, List<String> edges, String caFile, String origin) {
        Values {
            edges = List.copyOf(edges);
        }
    }
}
