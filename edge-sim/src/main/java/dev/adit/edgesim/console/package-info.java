/** The console: one page that shows tunnels, requests and faults as they happen, and what it is fed with. */
@NullMarked
package dev.adit.edgesim.console;

import org.jspecify.annotations.NullMarked;
