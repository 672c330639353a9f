/** Tests of the load tool. */
@NullMarked
package dev.adit.benchmarks;

import org.jspecify.annotations.NullMarked;
