package dev.adit.connector.check;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at, a line of the table.
 *
 * @param component what kind of thing
 * @param target which one
 * @param status what came out
 * @param details a few words about it
 * @param advice what to do; null if nothing has to be done
 */
public record CheckRow(
        Component component,
        String target,
        Status status,
        String details,
        @Nullable String advice) {
    /** What can be looked at. The first four have cloudflared's labels, and its scripts look for them. */
    public enum Component {
        DNS("DNS Resolution", Weight.VITAL),
        UDP("UDP Connectivity", Weight.OPTIONAL),
        TCP("TCP Connectivity", Weight.VITAL),
        API("Cloudflare API", Weight.OPTIONAL),
        PROXY("Edge Proxy", Weight.VITAL),
        ORIGIN("Origin", Weight.NEEDED),
        TOKEN("Token", Weight.NEEDED),
        MTU("Large Packets", Weight.NEEDED),
        CLOCK("Clock", Weight.NEEDED),
        FILES("Open Files", Weight.NEEDED),
        STATE("State Directory", Weight.NEEDED);

        private final String label;
        private final Weight weight;

        Component(String label, Weight weight) {
            this.label = label;
            this.weight = weight;
        }

        /** How the table calls it. */
        public String label() {
            return label;
        }
    }

    private enum Weight {
        /** Without it the edge can't be reached. */
        VITAL,
        /** Without it requests fail. */
        NEEDED,
        /** Requests do without it. */
        OPTIONAL
    }

    /** What can come out. */
    public enum Status {
        PASS,
        FAIL,
        /** Not looked at. */
        SKIP;

        /** As the log has it. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** It is as it should be. */
    public static CheckRow pass(Component component, String target, String details) {
        return new CheckRow(component, target, Status.PASS, details, null);
    }

    /** It was not looked at, which {@code details} explains. */
    public static CheckRow skip(Component component, String target, String details) {
        return new CheckRow(component, target, Status.SKIP, details, null);
    }

    /** It is not as it should be; {@code advice} says what to do. */
    public static CheckRow fail(Component component, String target, String details, String advice) {
        return new CheckRow(component, target, Status.FAIL, details, advice);
    }

    /** Whether no connection to the edge can be had as long as this is so. */
    public boolean isHardFailure() {
        return status == Status.FAIL && component.weight == Weight.VITAL;
    }

    /** Whether requests fail, or will, as long as this is so. */
    public boolean isHarmful() {
        return status == Status.FAIL && component.weight != Weight.OPTIONAL;
    }
}
