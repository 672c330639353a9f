package dev.adit.edgesim.fault;

import java.util.List;

/**
 * A kind of fault that can be ordered.
 *
 * @param name as in {@link Fault#name()}
 * @param description one line for people
 * @param parameters what may be said beside scope and duration
 */
public record FaultKind(String name, String description, List<Parameter> parameters) {
    public FaultKind {
        parameters = List.copyOf(parameters);
    }

    /**
     * A parameter of a kind.
     *
     * @param name its key
     * @param type what its value looks like: {@code text}, {@code boolean}, {@code number}, {@code duration} as in
     *     {@code 5s}, or the words to choose from, with bars between them
     * @param defaultValue its value if it isn't given, as text
     * @param description a few words for people
     */
    public record Parameter(String name, String type, String defaultValue, String description) {}
}
