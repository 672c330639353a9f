/** A typed view of one configuration document that reports every problem at once. */
@NullMarked
package dev.adit.proxy.config;

import org.jspecify.annotations.NullMarked;
