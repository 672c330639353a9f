/** The vocabulary of an exchange: heads, ports between the two sides, failures, header rules. */
@NullMarked
package dev.adit.proxy.http;

import org.jspecify.annotations.NullMarked;
