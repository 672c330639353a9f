/** What the commands ask of web services: tunnels of an account, tunnels without one, authorities to trust. */
@NullMarked
package dev.adit.connector.account;

import org.jspecify.annotations.NullMarked;
