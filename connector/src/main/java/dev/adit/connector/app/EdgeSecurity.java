package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.settings.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the edge is trusted and keys are agreed on with it.
 *
 * @param moreAuthorities PEM authorities to trust beside the machine's, or null
 * @param agreement which groups are offered
 */
public record EdgeSecurity(@Nullable Path moreAuthorities, EdgeTls.KeyAgreement agreement) {
    public static final EdgeSecurity DEFAULT = new EdgeSecurity(null, EdgeTls.KeyAgreement.CLASSIC);

    /** What {@code settings} say. */
    static EdgeSecurity of(Settings settings) {
        String more = settings.text("edge-ca");
        return new EdgeSecurity(
                more == null ? null : Path.of(more),
                settings.isOn("post-quantum") ? EdgeTls.KeyAgreement.POST_QUANTUM : EdgeTls.KeyAgreement.CLASSIC);
    }
}
