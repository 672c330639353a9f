package dev.adit.edgesim.rehearse;

/** Hears of the load's connections. Every method is called on the event loop. */
interface LoadListener {
    /** The current request of {@code connection} is over. */
    void ended(LoadConnection connection, Outcome outcome);

    /** {@code connection} is gone; its request, if any, ended before. */
    void gone(LoadConnection connection);
}
