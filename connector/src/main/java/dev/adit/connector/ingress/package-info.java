/** Ingress rules: from the configuration file or from the edge to a route table. */
@NullMarked
package dev.adit.connector.ingress;

import org.jspecify.annotations.NullMarked;
