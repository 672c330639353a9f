/** What a person or program of this machine may see of the traffic, and tell a running process to do. */
@NullMarked
package dev.adit.connector.control;

import org.jspecify.annotations.NullMarked;
