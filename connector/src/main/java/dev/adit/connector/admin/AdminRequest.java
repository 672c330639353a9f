package dev.adit.connector.admin;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/**
 * A request whose body has been read. Immutable.
 *
 * @param method GET, POST and so on; a HEAD request is a GET here
 * @param path the decoded path, without query
 * @param query the parameters of the query, each with its values in their order
 * @param headers the fields
 * @param body the body as text; empty if there was none
 * @param local whether a user of this machine asks, see {@link LocalPeer}
 */
public record AdminRequest(
        String method, String path, Map<String, List<String>> query, HttpHeaders headers, String body, boolean local) {}
