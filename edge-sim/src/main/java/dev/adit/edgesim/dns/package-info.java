/** The DNS answers by which connectors find the edge. */
@NullMarked
package dev.adit.edgesim.dns;

import org.jspecify.annotations.NullMarked;
