/** Exchanges: one request and its response, or one byte stream, from the downstream to an origin. */
@NullMarked
package dev.adit.proxy.engine;

import org.jspecify.annotations.NullMarked;
