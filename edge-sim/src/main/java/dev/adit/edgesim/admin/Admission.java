package dev.adit.edgesim.admin;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request head that was let in.
 *
 * @param method its method; GET for HEAD
 * @param target what it asks for
 * @param match the route that answers
 * @param headers its header fields
 */
record Admission(String method, Target target, Routes.Match match, HttpHeaders headers) {}
