/** The part of Cloudflare's REST API that makes, lists and configures tunnels and their host names. */
@NullMarked
package dev.adit.edgesim.api;

import org.jspecify.annotations.NullMarked;
