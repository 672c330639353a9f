package dev.adit.edgesim.eyeball;

/** Request ids in the form of a CF-Ray: counted, so that two equal runs give equal ids. Confined to the event loop. */
public final class RayIds {
    private long last;

    String next() {
        last++;
        return "%016x-SIM".formatted(last);
    }
}
