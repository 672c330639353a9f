package dev.adit.edgesim;

import dev.adit.edgesim.fault.Profile;
import java.io.PrintWriter;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags for faults that happen by themselves. */
final class FaultFlags {
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            converter = ProfileConverter.class,
            description = "Faults that happen by themselves, at random; see --list-profiles.")
    private @Nullable Profile profile;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes --profile repeat the faults of an earlier run with the same seed.")
    private @Nullable Long seed;

    // A "help" flag: nothing else is required beside it.
    @Option(names = "--list-profiles", help = true, description = "Prints the profiles and ends.")
    private boolean list;

    /** Whether there is nothing to do but to print {@link #printProfiles}. */
    boolean listWanted() {
        return list;
    }

    void printProfiles(PrintWriter out) {
        for (Profile each : Profile.values()) {
            out.printf("%-20s %s%n", each.text(), each.description());
        }
        out.flush();
    }

    /** Starts what was asked for, and says with which seed. */
    void play(EdgeSim sim, PrintWriter out) {
        Profile chosen = profile;
        if (chosen != null) {
            // Short, so that people can type it again.
            long number = seed == null ? new SecureRandom().nextInt(1_000_000) : seed;
            out.printf("%nfaults --profile %s --seed %d%n", chosen.text(), number);
            out.flush();
            sim.play(chosen, number);
        }
    }

    /** Reads the name of a profile. */
    static final class ProfileConverter implements ITypeConverter<Profile> {
        @Override
        public Profile convert(String name) {
            try {
                return Profile.named(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage() + "; see --list-profiles");
            }
        }
    }
}
