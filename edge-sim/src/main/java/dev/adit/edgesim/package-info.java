/** The edge simulator as a library and as a program: both sides of an edge in one process, on one event loop. */
@NullMarked
package dev.adit.edgesim;

import org.jspecify.annotations.NullMarked;
