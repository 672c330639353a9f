/** A real connector between an edge and an origin that do exactly what a transcript says. */
@NullMarked
package dev.adit.e2e;

import org.jspecify.annotations.NullMarked;
