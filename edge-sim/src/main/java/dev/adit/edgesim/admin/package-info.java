/** The HTTP server behind the simulator's API and console: who may ask, what may be asked, and how it is answered. */
@NullMarked
package dev.adit.edgesim.admin;

import org.jspecify.annotations.NullMarked;
