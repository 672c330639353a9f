/** Which request goes where: host and path rules, targets and how to talk to them. */
@NullMarked
package dev.adit.proxy.route;

import org.jspecify.annotations.NullMarked;
