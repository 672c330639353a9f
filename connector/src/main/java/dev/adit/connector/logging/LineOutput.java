package dev.adit.connector.logging;

/** Takes lines. */
interface LineOutput {
    void write(LogLine line);
}
