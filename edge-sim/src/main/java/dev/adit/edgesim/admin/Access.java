package dev.adit.edgesim.admin;

/** Who may use a route. */
public enum Access {
    /** Everyone who reaches the listener. */
    OPEN,
    /** Those who have the API token, in the Authorization field or in the console's cookie. */
    TOKEN
}
