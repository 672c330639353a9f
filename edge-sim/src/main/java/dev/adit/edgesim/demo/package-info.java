/** A ready-made show: simulator, connectors and stand-ins for the services behind them. */
@NullMarked
package dev.adit.edgesim.demo;

import org.jspecify.annotations.NullMarked;
