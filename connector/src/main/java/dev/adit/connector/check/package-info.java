/** Looks at what a connector needs from its surroundings, and says what is missing and what to do about it. */
@NullMarked
package dev.adit.connector.check;

import org.jspecify.annotations.NullMarked;
