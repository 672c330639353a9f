package dev.adit.connector.service;

/** Why a service could not be installed or removed; the message is for the user. */
public final class ServiceProblem extends Exception {
    private static final long serialVersionUID = 1;

    ServiceProblem(String message) {
        super(message);
    }
}
