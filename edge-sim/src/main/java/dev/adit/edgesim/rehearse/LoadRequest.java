package dev.adit.edgesim.rehearse;

/**
 * One request of the load.
 *
 * @param number of the request, which its bodies follow from
 * @param kind what is asked
 * @param dueNanos when it should be sent, by {@code System.nanoTime()}
 * @param recording where its end is noted
 */
record LoadRequest(long number, Kind kind, long dueNanos, Recording recording) {
    /** What is asked. */
    enum Kind {
        /** A GET of 200 bytes. */
        SMALL(200),
        /** A GET of 100 KiB. */
        LARGE(100 * 1024),
        /** A POST of 16 KiB, which come back. */
        ECHO(16 * 1024);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }

        /** Size of the answer's body. */
        int bytes() {
            return bytes;
        }
    }

    /** Six small ones, two large ones and two echoes in ten. */
    static Kind kindOf(long number) {
        return switch ((int) (number % 5)) {
            case 1 -> Kind.LARGE;
            case 3 -> Kind.ECHO;
            default -> Kind.SMALL;
        };
    }

    /** Whether it sends the bytes that it wants back. */
    boolean hasBody() {
        return kind == Kind.ECHO;
    }

    String path() {
        return hasBody() ? "/echo?" + number : "/bytes/" + kind.bytes() + "?" + number;
    }
}
