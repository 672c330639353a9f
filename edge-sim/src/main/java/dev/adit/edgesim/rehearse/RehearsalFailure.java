package dev.adit.edgesim.rehearse;

/** Says why the rehearsal can't go on. */
final class RehearsalFailure extends Exception {
    private static final long serialVersionUID = 1L;

    RehearsalFailure(String message) {
        super(message);
    }
}
