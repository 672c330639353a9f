/** The client side of one HTTP/2 connection, whoever dialled it. */
@NullMarked
package dev.adit.edgesim.h2;

import org.jspecify.annotations.NullMarked;
