package dev.adit.connector.logging;

/**
 * One thing that a line tells beside its message.
 *
 * @param key different from those of the line's other fields
 * @param value a text, a number or a truth value
 */
record LogField(String key, Object value) {}
