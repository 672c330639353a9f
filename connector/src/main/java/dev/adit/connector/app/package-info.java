/** The process: command line, files and environment, start and stop. */
@NullMarked
package dev.adit.connector.app;

import org.jspecify.annotations.NullMarked;
