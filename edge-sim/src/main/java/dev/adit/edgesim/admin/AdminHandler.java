package dev.adit.edgesim.admin;

/** Answers the requests of one route, on the simulator's event loop. */
@FunctionalInterface
public interface AdminHandler {
    /** Answers {@code request}; throws {@link Rejection} if it can't be granted. Must not block. */
    AdminAnswer handle(AdminRequest request);
}
