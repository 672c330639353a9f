package dev.adit.proxy.route;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may use a rule: whoever has a token that a team issued for one of some applications.
 *
 * @param team the team's name, one label of a host name; may be empty if nobody may use the rule
 * @param federal whether it is one of the {@code fed} environment
 * @param audiences the tags of the applications; without any, nobody may use the rule
 */
public record AccessPolicy(String team, boolean federal, Set<String> audiences) {
    private static final Pattern TEAM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public AccessPolicy {
        audiences = Set.copyOf(audiences);
        boolean needless = audiences.isEmpty() && team.isEmpty();
        if (!needless && !TEAM.matcher(team).matches()) {
            throw new IllegalArgumentException("access.teamName must be one label of a host name, was " + team);
        }
    }

    /** Whether no token opens the rule. */
    public boolean admitsNobody() {
        return audiences.isEmpty();
    }

    /** The host name of the team's authority. */
    public String issuer() {
        return team + (federal ? ".fed" : "") + ".cloudflareaccess.com";
    }
}
