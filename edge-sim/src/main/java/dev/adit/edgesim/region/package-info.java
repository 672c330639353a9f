/** The addresses at which the edge listens for connectors, and the regions they belong to. */
@NullMarked
package dev.adit.edgesim.region;

import org.jspecify.annotations.NullMarked;
