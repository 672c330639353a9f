/** How one process of a tunnel takes the place of another, and what the rest of the machine is told of a process. */
@NullMarked
package dev.adit.connector.handover;

import org.jspecify.annotations.NullMarked;
