/** The path to a connector below TLS: can be slow, narrow, lossy or dead, byte for byte in order. */
@NullMarked
package dev.adit.edgesim.link;

import org.jspecify.annotations.NullMarked;
