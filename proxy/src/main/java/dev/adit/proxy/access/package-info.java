/** Who may use a rule: signed tokens and the keys that they are checked with. */
@NullMarked
package dev.adit.proxy.access;

import org.jspecify.annotations.NullMarked;
