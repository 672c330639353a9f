/** End-to-end tests: the connector as a process of its own, the simulator, and programs that are not Java. */
@NullMarked
package dev.adit.e2e;

import org.jspecify.annotations.NullMarked;
