/** {@code edge-sim rehearse}: a connector under load, one fault after the other, and a table of what became of it. */
@NullMarked
package dev.adit.edgesim.rehearse;

import org.jspecify.annotations.NullMarked;
