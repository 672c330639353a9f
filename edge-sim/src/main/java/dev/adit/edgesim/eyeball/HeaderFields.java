package dev.adit.edgesim.eyeball;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of one message, in their order; names are looked up in any case.
 *
 * @param all every field, pseudo headers included
 */
public record HeaderFields(List<Map.Entry<String, String>> all) {
    /** No field at all. */
    public static final HeaderFields NONE = new HeaderFields(List.of());

    public HeaderFields {
        all = List.copyOf(all);
    }

    /** A copy of {@code fields}, Netty's headers of either version of HTTP. */
    static HeaderFields of(Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields) {
        List<Map.Entry<String, String>> copy = new ArrayList<>();
        fields.forEach(field ->
                copy.add(Map.entry(field.getKey().toString(), field.getValue().toString())));
        return new HeaderFields(copy);
    }

    /** The value of the first field with that name; null if there is none. */
    public @Nullable String first(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The values of all fields with that name. */
    public List<String> values(String name) {
        return all.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }
}
