/** Collects what a maintainer needs to understand a running connector from outside. */
@NullMarked
package dev.adit.connector.diag;

import org.jspecify.annotations.NullMarked;
