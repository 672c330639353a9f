/** Event loops, sockets and TLS: what every channel needs, whatever it carries. */
@NullMarked
package dev.adit.proxy.net;

import org.jspecify.annotations.NullMarked;
