package dev.adit.proxy.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the name that somebody probably meant. */
final class NearestName {
    /** No key of ours is nearly as long, and the search is quadratic. */
    private static final int MOST_CHARS = 64;

    private NearestName() {}

    /** The candidate that is most like {@code name}, or null if none is like it. */
    static @Nullable String among(Collection<String> candidates, String name) {
        if (name.length() > MOST_CHARS) {
            return null;
        }
        String nearest = null;
        int least = 1 + Math.min(3, Math.max(1, name.length() / 3));
        for (String candidate : candidates) {
            int distance = distance(plain(candidate), plain(name));
            // Every letter is near every other one.
            if (distance < least && candidate.length() > 1) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Case and separators are what people get wrong most. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Edits (insert, delete, replace, swap of neighbors) from one to the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
