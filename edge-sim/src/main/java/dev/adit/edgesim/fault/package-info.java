/** Faults on demand: what can go wrong, for whom, for how long, and random sequences of it that can be played again. */
@NullMarked
package dev.adit.edgesim.fault;

import org.jspecify.annotations.NullMarked;
