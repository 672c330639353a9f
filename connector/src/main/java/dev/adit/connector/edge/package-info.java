/** The way to an edge: addresses, trust, TCP and TLS. */
@NullMarked
package dev.adit.connector.edge;

import org.jspecify.annotations.NullMarked;
