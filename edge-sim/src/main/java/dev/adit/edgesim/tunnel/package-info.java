/** The tunnel side: accepts connectors, registers them and holds their connections. */
@NullMarked
package dev.adit.edgesim.tunnel;

import org.jspecify.annotations.NullMarked;
