package dev.adit.proxy.config;

import java.util.List;
import java.util.Map;

/** What is written at one place of a document. */
sealed interface ConfigValue {
    /** Keys and values in the order of the document. */
    record MapValue(Map<String, ConfigNode> entries) implements ConfigValue {}

    /** Items in the order of the document. */
    record ListValue(List<ConfigNode> items) implements ConfigValue {}

    /** One scalar, as it is written. */
    record ScalarValue(ScalarType type, String text) implements ConfigValue {}

    /** A value that is not set. */
    record NullValue() implements ConfigValue {}

    /** What the syntax says about a scalar. */
    enum ScalarType {
        TEXT,
        NUMBER,
        TRUE,
        FALSE
    }
}
