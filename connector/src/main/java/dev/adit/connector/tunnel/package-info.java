/** One connection of a tunnel: registration, streams, drain. */
@NullMarked
package dev.adit.connector.tunnel;

import org.jspecify.annotations.NullMarked;
