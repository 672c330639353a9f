package dev.adit.proxy.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Go writes them: {@code 300ms}, {@code 1m30s}, {@code -1.5h}. */
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    /** Longer numbers are beyond the range in every unit. */
    private static final int MOST_CHARS = 100;

    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);
    private static final BigInteger MOST_NANOS = BigInteger.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /** The duration, or null if {@code text} is none or does not fit into 64 bits of nanoseconds. */
    public static @Nullable Duration parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String rest = signed ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty() || rest.length() > MOST_CHARS) {
            return null;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            if (!part.find(end) || part.start() != end) {
                return null;
            }
            nanos = nanos.add(new BigDecimal(decimal(part.group(1))).multiply(nanosOf(part.group(2))));
            end = part.end();
        }
        BigInteger whole = nanos.toBigInteger();
        if (whole.compareTo(MOST_NANOS) > 0) {
            return null;
        }
        BigInteger[] split = whole.divideAndRemainder(NANOS_PER_SECOND);
        Duration duration = Duration.ofSeconds(split[0].longValueExact(), split[1].longValueExact());
        return text.startsWith("-") ? duration.negated() : duration;
    }

    /** Go allows {@code 1.} and {@code .5}. */
    private static String decimal(String number) {
        return number.endsWith(".") ? number + "0" : number;
    }

    private static BigDecimal nanosOf(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "ns" -> 1L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1_000L;
                });
    }
}
