/** What becomes of a log line: levels, the text and JSON forms, standard error, files, and the lines of late. */
@NullMarked
package dev.adit.connector.logging;

import org.jspecify.annotations.NullMarked;
