package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.tunnel.TunnelDirectory;
import java.util.function.Consumer;

/**
 * What all public listeners share.
 *
 * @param directory which tunnel serves which host
 * @param log told of each request when it is over, on the event loop
 * @param rays where request ids come from
 * @param limits what a request may be and how long it may take
 * @param country where all eyeballs are said to be, ISO 3166-1; {@code XX} for an unknown place
 */
public record EyeballSettings(
        TunnelDirectory directory, Consumer<PublicRequest> log, RayIds rays, PublicLimits limits, String country) {}
