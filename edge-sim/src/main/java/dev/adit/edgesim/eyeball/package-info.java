/** The public side: accepts eyeballs, carries each request into a tunnel and its answer back. */
@NullMarked
package dev.adit.edgesim.eyeball;

import org.jspecify.annotations.NullMarked;
