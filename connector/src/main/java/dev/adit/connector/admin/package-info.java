/** A small HTTP/1.1 server for the people and programs of this machine, on TCP or a Unix domain socket, and its client. */
@NullMarked
package dev.adit.connector.admin;

import org.jspecify.annotations.NullMarked;
