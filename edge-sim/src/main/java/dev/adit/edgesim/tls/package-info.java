/** Throw-away certificates and the TLS settings of the simulator's listeners. */
@NullMarked
package dev.adit.edgesim.tls;

import org.jspecify.annotations.NullMarked;
