package dev.adit.edgesim.region;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where to listen. */
public final class ListenAddress {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^:\\[\\]]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    private ListenAddress() {}

    /**
     * Reads {@code ADDRESS:PORT}, with brackets around an IPv6 address; port 0 is any free one. Looks a name up, and
     * throws IllegalArgumentException that says what is wrong.
     */
    public static InetSocketAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) > MAX_PORT) {
            throw new IllegalArgumentException("expected ADDRESS:PORT, was '" + text + "'");
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        return new InetSocketAddress(host(host), Integer.parseInt(form.group(3)));
    }

    /** The address called {@code host}; throws IllegalArgumentException if nobody knows it. */
    public static InetAddress host(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address of this machine: '" + host + "'", e);
        }
    }

    /** {@code address} as {@link #parse} reads it. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
