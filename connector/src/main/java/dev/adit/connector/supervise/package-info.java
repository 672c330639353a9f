/** Keeps the wanted number of tunnel connections up. */
@NullMarked
package dev.adit.connector.supervise;

import org.jspecify.annotations.NullMarked;
