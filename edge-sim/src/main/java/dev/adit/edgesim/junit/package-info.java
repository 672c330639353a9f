/** The simulator as a JUnit extension, for the tests of other projects. */
@NullMarked
package dev.adit.edgesim.junit;

import org.jspecify.annotations.NullMarked;
