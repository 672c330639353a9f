/** JMH benchmarks, and a load tool that measures the connector beside Nginx. */
@NullMarked
package dev.adit.benchmarks;

import org.jspecify.annotations.NullMarked;
