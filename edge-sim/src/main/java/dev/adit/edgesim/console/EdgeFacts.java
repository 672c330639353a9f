package dev.adit.edgesim.console;

/**
 * Where the simulator listens, for the commands and links of the page.
 *
 * @param address the address of its listeners
 * @param tunnelPort where connectors dial
 * @param httpsPort public HTTPS port
 * @param httpPort public HTTP port
 * @param caFile where the certificate to trust was written
 */
public record EdgeFacts(String address, int tunnelPort, int httpsPort, int httpPort, String caFile) {}
