package dev.adit.e2e;

/** One header field, as it was written. */
record Field(String name, String value) {
    @Override
    public String toString() {
        return name + ": " + value;
    }
}
