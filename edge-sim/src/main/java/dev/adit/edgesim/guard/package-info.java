/** Bounds what a stranger on a socket may cost: connections that say nothing, and HTTP/2 frames that ask for nothing. */
@NullMarked
package dev.adit.edgesim.guard;

import org.jspecify.annotations.NullMarked;
