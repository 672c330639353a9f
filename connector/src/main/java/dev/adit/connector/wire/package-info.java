/** What goes over the wire between a connector and the edge: pure codecs that know no other package of Adit. */
@NullMarked
package dev.adit.connector.wire;

import org.jspecify.annotations.NullMarked;
