/** The launcher's connector and the simulator between programs that are not Java. */
@NullMarked
package dev.adit.e2e.programs;

import org.jspecify.annotations.NullMarked;
