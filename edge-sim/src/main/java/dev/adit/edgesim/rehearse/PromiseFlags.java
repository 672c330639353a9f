package dev.adit.edgesim.rehearse;

import picocli.CommandLine.Option;

/** The options of the long rehearsals, which ask whether what is promised holds every time. */
final class PromiseFlags {
    private static final int MAX_HOLES = 10_000;
    private static final int MAX_LANES = 64;
    private static final int MAX_FAULTS = 100_000;

    @Option(
            names = "--promise",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "100",
            description = "Instead of profiles, N black holes of each shape (${FALLBACK-VALUE}), half of them on idle"
                    + " connections, and how soon each was found and the service was back after it.")
    private int holes;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Connectors that --promise uses at once, each with an edge of its own (${DEFAULT-VALUE}).")
    private int lanes;

    @Option(
            names = "--mixed",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "1000",
            description =
                    "Instead of profiles, N random faults, one each second or so (${FALLBACK-VALUE}), and what they"
                            + " left behind: connections, buffers, file descriptors, heap.")
    private int faults;

    boolean wantsHoles() {
        return holes != 0;
    }

    boolean wantsMixed() {
        return faults != 0;
    }

    /** Black holes of each shape; throws IllegalArgumentException if that is out of range, as the others do. */
    int holes() {
        return checked("--promise", holes, MAX_HOLES);
    }

    int lanes() {
        return checked("--lanes", lanes, MAX_LANES);
    }

    int faults() {
        return checked("--mixed", faults, MAX_FAULTS);
    }

    /** Throws IllegalArgumentException if something is out of range, or both are wanted. */
    void check() {
        lanes();
        if (wantsHoles()) {
            holes();
        }
        if (wantsMixed()) {
            faults();
        }
        if (wantsHoles() && wantsMixed()) {
            throw new IllegalArgumentException("--promise and --mixed are two rehearsals, give one of them");
        }
    }

    private static int checked(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be from 1 to " + most + ", was " + value);
        }
        return value;
    }
}
