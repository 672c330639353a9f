/** The server side of HTTP/2, for the tunnel and for local listeners alike. */
@NullMarked
package dev.adit.proxy.h2;

import org.jspecify.annotations.NullMarked;
