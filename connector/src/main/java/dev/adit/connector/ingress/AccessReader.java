package dev.adit.connector.ingress;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.route.AccessPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code access} of an {@code originRequest}; one that is given replaces all of what is inherited. */
final class AccessReader {
    private static final Set<String> KEYS = Set.of("required", "teamName", "audTag", "environment");

    private AccessReader() {}

    /**
     * Who may use the rule, null for everybody. What protects something is never ignored: a policy that can't be
     * enforced is a problem, and one that names no application lets nobody in.
     */
    static @Nullable AccessPolicy read(
            ConfigNode originRequest, @Nullable AccessPolicy inherited, IngressReader.Mode mode) {
        ConfigNode access = originRequest.map("access");
        if (access == null) {
            return inherited;
        }
        if (mode == IngressReader.Mode.LOCAL) {
            access.rejectUnknown(KEYS);
        }
        Boolean required = access.bool("required");
        String team = access.string("teamName");
        List<String> audiences = access.strings("audTag");
        String environment = access.string("environment");
        boolean federal = "fed".equals(environment);
        if (environment != null && !environment.isEmpty() && !federal) {
            access.problem("environment", "must be empty or fed");
        }
        if (required == null || !required) {
            return null;
        }
        if (!audiences.isEmpty() && (team == null || team.isEmpty())) {
            access.problem("teamName", "access.TeamName cannot be blank when access.audTags are present");
            return null;
        }
        try {
            return new AccessPolicy(team == null ? "" : team, federal, new HashSet<>(audiences));
        } catch (IllegalArgumentException e) {
            access.problem("teamName", String.valueOf(e.getMessage()));
            return null;
        }
    }
}
