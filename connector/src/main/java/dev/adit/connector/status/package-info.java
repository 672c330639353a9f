/** What this process knows of itself, and the endpoints that tell it. */
@NullMarked
package dev.adit.connector.status;

import org.jspecify.annotations.NullMarked;
