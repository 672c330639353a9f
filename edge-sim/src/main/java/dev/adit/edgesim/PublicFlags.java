package dev.adit.edgesim;

import dev.adit.edgesim.eyeball.PublicLimits;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Flags of the public side: what the edge allows, and what it says about eyeballs. */
final class PublicFlags {
    /** Sets of limits that the real edge has. */
    enum Plan {
        NONE,
        FREE
    }

    @Option(
            names = "--plan",
            paramLabel = "free|none",
            converter = PlanName.class,
            description = "Limits as the real edge has them: free is --max-body 100M --response-limit 100s; or none.")
    private Plan plan = Plan.NONE;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES|100M",
            converter = Bytes.class,
            description = "Largest request body; larger ones get 413. 0 means any.")
    private @Nullable Long bodyBytes;

    @Option(
            names = "--response-limit",
            paramLabel = "100s",
            converter = Time.class,
            description = "How long an origin may take to begin its answer; then 524. 0s means for ever.")
    private @Nullable Duration response;

    @Option(
            names = "--country",
            paramLabel = "CC",
            defaultValue = "XX",
            description = "CF-IPCountry of all eyeballs (${DEFAULT-VALUE}).")
    private String country = "XX";

    /** The limits; each flag outweighs the plan. */
    PublicLimits limits() {
        PublicLimits limits = plan == Plan.FREE ? PublicLimits.free() : PublicLimits.none();
        Long bytes = bodyBytes;
        Duration time = response;
        if (bytes != null) {
            limits = limits.withBodyBytes(bytes);
        }
        return time == null ? limits : limits.withResponse(time);
    }

    /** Two letters for where eyeballs are. */
    String country() {
        if (!country.matches("[A-Za-z][A-Za-z0-9]")) {
            throw new IllegalArgumentException("--country must be two letters, was " + country);
        }
        return country.toUpperCase(Locale.ROOT);
    }

    /** Reads the name of a plan. */
    static final class PlanName implements ITypeConverter<Plan> {
        @Override
        public Plan convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "free" -> Plan.FREE;
                case "none" -> Plan.NONE;
                default -> throw new TypeConversionException("'" + text + "' is not a plan: free or none");
            };
        }
    }

    /** Reads a number of bytes, maybe with K, M or G behind it (powers of 1024, as in nginx). */
    static final class Bytes implements ITypeConverter<Long> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([kKmMgG]?)");

        @Override
        public Long convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is not a number of bytes such as 65536 or 100M");
            }
            int shift = switch (form.group(2).toLowerCase(Locale.ROOT)) {
                case "k" -> 10;
                case "m" -> 20;
                case "g" -> 30;
                default -> 0;
            };
            return Long.parseLong(form.group(1)) << shift;
        }
    }

    /** Reads a time such as 100s or 1500ms. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m)");

        @Override
        public Duration convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is not a time such as 100s or 1500ms");
            }
            long number = Long.parseLong(form.group(1));
            return switch (form.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }
}
