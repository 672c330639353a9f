package dev.adit.proxy.route;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/**
 * Which destinations a client may choose: the first rule that speaks of one decides, and none means no.
 *
 * @param rules in their order
 */
public record IpRules(List<Rule> rules) {
    public IpRules {
        rules = List.copyOf(rules);
    }

    /** Whether {@code address} may be reached at {@code port}. */
    public boolean allows(InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        for (Rule rule : rules) {
            if (rule.speaksOf(bytes, port)) {
                return rule.allow;
            }
        }
        return false;
    }

    /**
     * One rule.
     *
     * @param network the first address of a range
     * @param prefixLength how many leading bits an address must share with {@code network}
     * @param ports 1 to 65535; empty for all
     * @param allow what it decides
     */
    public record Rule(InetAddress network, int prefixLength, Set<Integer> ports, boolean allow) {
        public Rule {
            ports = Set.copyOf(ports);
        }

        /**
         * A rule for a range such as {@code 10.0.0.0/8}.
         *
         * @throws IllegalArgumentException if {@code prefix} is no range; the message is for the user
         */
        public static Rule of(String prefix, Set<Integer> ports, boolean allow) {
            int slash = prefix.indexOf('/');
            byte[] bytes = slash < 0 ? null : NetUtil.createByteArrayFromIpAddressString(prefix.substring(0, slash));
            String length = prefix.substring(slash + 1);
            if (bytes == null || !length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bytes.length * 8) {
                throw new IllegalArgumentException('"' + prefix + "\" is not a range such as 10.0.0.0/8 or fd00::/8");
            }
            try {
                return new Rule(InetAddress.getByAddress(bytes), Integer.parseInt(length), ports, allow);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("4 or 16 bytes are an address", e);
            }
        }

        private boolean speaksOf(byte[] address, int port) {
            byte[] wanted = network.getAddress();
            if (address.length != wanted.length || (!ports.isEmpty() && !ports.contains(port))) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (wanted[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
