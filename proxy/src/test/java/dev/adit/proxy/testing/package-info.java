/** What tests are made of: scripted origins, an HTTP/2 client, and an engine between them. */
@NullMarked
package dev.adit.proxy.testing;

import org.jspecify.annotations.NullMarked;
