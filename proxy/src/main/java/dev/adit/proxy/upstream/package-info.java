/** Connections to origins: dialing, pooling, and HTTP/1.1 on the wire. */
@NullMarked
package dev.adit.proxy.upstream;

import org.jspecify.annotations.NullMarked;
