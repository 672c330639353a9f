package dev.adit.edgesim.demo;

/** Says why the show can't go on. */
final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
