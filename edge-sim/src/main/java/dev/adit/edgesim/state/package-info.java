/** What survives a restart of the simulator, in one file. */
@NullMarked
package dev.adit.edgesim.state;

import org.jspecify.annotations.NullMarked;
