/** Counts what happens, and tells it to Prometheus: cloudflared's series under their names, and our own. */
@NullMarked
package dev.adit.connector.metrics;

import org.jspecify.annotations.NullMarked;
