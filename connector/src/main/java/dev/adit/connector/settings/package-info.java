/** What the connector can be told, by which names, and which of several places counts. */
@NullMarked
package dev.adit.connector.settings;

import org.jspecify.annotations.NullMarked;
