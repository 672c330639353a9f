package dev.adit.connector.logging;

/** How a line looks where it is written. */
interface LineForm {
    /** {@code line} with its line break. */
    String of(LogLine line);
}
