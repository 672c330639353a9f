/** Tests of the JUnit extension. */
@NullMarked
package dev.adit.edgesim.junit;

import org.jspecify.annotations.NullMarked;
