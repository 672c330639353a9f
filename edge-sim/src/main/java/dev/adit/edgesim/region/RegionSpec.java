package dev.adit.edgesim.region;

import dev.adit.edgesim.tunnel.EdgeSite;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A region of the edge.
 *
 * @param site its name, location code and rule for duplicates
 * @param addresses where it listens, with one port for all since an SRV record has only one; with port 0 all take the
 *     free port that the first one finds
 */
public record RegionSpec(EdgeSite site, List<InetSocketAddress> addresses) {
    // A part of a DNS name.
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

    public RegionSpec {
        addresses = List.copyOf(addresses);
        if (!NAME.matcher(site.region()).matches()) {
            throw new IllegalArgumentException(
                    "region name must be lower-case letters, digits or '-', was '" + site.region() + "'");
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("region " + site.region() + " needs an address");
        }
        for (InetSocketAddress address : addresses) {
            if (address.getPort() != addresses.get(0).getPort()) {
                throw new IllegalArgumentException("the addresses of region " + site.region() + " need the same port");
            }
        }
    }

    /** The only region of an edge that is told of none: a connector may have all its connections to one address. */
    public static RegionSpec sole(List<InetSocketAddress> addresses) {
        return new RegionSpec(new EdgeSite("region1", location(1), EdgeSite.DuplicateRule.PER_INDEX), addresses);
    }

    /**
     * Reads {@code NAME=ADDRESS:PORT[,ADDRESS:PORT...]}: a connector may have one connection to each address.
     *
     * @param number counts the regions from 1
     */
    public static RegionSpec parse(String text, int number) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("expected NAME=ADDRESS:PORT[,ADDRESS:PORT...], was '" + text + "'");
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String address : text.substring(equals + 1).split(",", -1)) {
            addresses.add(ListenAddress.parse(address.trim()));
        }
        String name = text.substring(0, equals).trim();
        return new RegionSpec(new EdgeSite(name, location(number), EdgeSite.DuplicateRule.PER_ADDRESS), addresses);
    }

    /** Its name. */
    public String name() {
        return site.region();
    }

    private static String location(int number) {
        return String.format(Locale.ROOT, "SIM%02d", number);
    }
}
