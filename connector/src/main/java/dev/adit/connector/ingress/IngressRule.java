package dev.adit.connector.ingress;

import dev.adit.proxy.route.Route;

/**
 * One rule in the words of its author.
 *
 * @param hostname as written, empty for all
 * @param path the expression as written, empty for all
 * @param service as written
 * @param route what it means
 * @param request its {@code originRequest} with all that it inherits
 */
public record IngressRule(String hostname, String path, String service, Route route, OriginRequest request) {}
