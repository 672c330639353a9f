package dev.adit.edgesim.fault;

/** Whom a fault is for. */
public sealed interface Scope {
    /** How it is written in logs and events. */
    String text();

    /** Every connection, those that are not registered yet included. */
    record All() implements Scope {
        @Override
        public String text() {
            return "all";
        }
    }

    /** The registered connections of one tunnel. */
    record OfTunnel(String tunnel) implements Scope {
        @Override
        public String text() {
            return "tunnel/" + tunnel;
        }
    }

    /** One registered connection: number {@code connIndex} of a tunnel, of each of its connectors. */
    record OfConnection(String tunnel, int connIndex) implements Scope {
        @Override
        public String text() {
            return "tunnel/" + tunnel + "/" + connIndex;
        }
    }

    /** Every connection to one region of the edge. */
    record OfRegion(String region) implements Scope {
        @Override
        public String text() {
            return "region/" + region;
        }
    }

    /** Every connection. */
    static Scope all() {
        return new All();
    }
}
