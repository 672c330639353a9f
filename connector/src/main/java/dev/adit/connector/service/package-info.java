/** Makes the connector a service of this machine, and undoes that. */
@NullMarked
package dev.adit.connector.service;

import org.jspecify.annotations.NullMarked;
