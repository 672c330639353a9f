package dev.adit.edgesim.api;

import dev.adit.edgesim.state.SavedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the API starts from.
 *
 * @param saved what was there before a restart
 * @param zones DNS zones; if there are none, those of the tunnels' host names
 * @param quickDomain where the host names of quick tunnels are
 * @param apiToken to be kept with the state; null if it is kept elsewhere
 * @param authority to be kept with the state
 */
public record ApiSettings(
        SavedState saved,
        List<String> zones,
        String quickDomain,
        @Nullable String apiToken,
        SavedState.@Nullable Authority authority) {
    public ApiSettings {
        zones = List.copyOf(zones);
    }
}
