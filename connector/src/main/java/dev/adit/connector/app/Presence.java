package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a connector tells of itself to the edge, to origins and to operators.
 *
 * @param tags headers for every request to an origin, as {@code KEY=VALUE}
 * @param features what the edge is told that the connector can do, beside what it always can
 * @param label what operators call it; empty if they don't
 * @param quickHostname where eyeballs find a quick tunnel; empty if it is none
 */
public record Presence(List<String> tags, List<String> features, String label, String quickHostname) {
    public static final Presence DEFAULT = new Presence(List.of(), List.of(), "", "");

    /** A header name, and a value that shows. */
    private static final Pattern TAG =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+=[\\x20-\\x7e]*[\\x21-\\x7e][\\x20-\\x7e]*");

    /** Withdrawn by cloudflared; an edge that is told them misbehaves. */
    private static final Set<String> WITHDRAWN = Set.of("support_datagram_v3", "support_datagram_v3_1");

    public Presence {
        tags = List.copyOf(tags);
        features = List.copyOf(features);
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                throw new IllegalArgumentException(
                        "--tag must be KEY=VALUE, with a key that a header name can have, was \"" + tag + "\"");
            }
        }
        if (features.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("--features must be names, was an empty one");
        }
    }

    /** What {@code settings} say, for a tunnel with {@code quickHostname}. */
    static Presence of(Settings settings, String quickHostname) {
        String label = settings.text("label");
        return new Presence(settings.list("tag"), settings.list("features"), label == null ? "" : label, quickHostname);
    }

    /** The headers that {@code tags} stand for. */
    List<Tunnel.Tag> tunnelTags() {
        return tags.stream()
                .map(tag -> new Tunnel.Tag(tag.substring(0, tag.indexOf('=')), tag.substring(tag.indexOf('=') + 1)))
                .toList();
    }

    /** All that the edge is told: {@code always}, what keys are agreed on by, and what the user adds; each once. */
    List<String> allFeatures(List<String> always, EdgeTls.KeyAgreement agreement) {
        Set<String> all = new LinkedHashSet<>(always);
        if (agreement == EdgeTls.KeyAgreement.POST_QUANTUM) {
            all.add("postquantum");
        }
        all.addAll(features);
        all.removeAll(WITHDRAWN);
        return new ArrayList<>(all);
    }
}
