package dev.adit.proxy.engine;

/**
 * Hears of all exchanges of one event loop, on that loop. It is called in the hot path: it must not block nor throw, and
 * should not allocate.
 */
public interface ExchangeObserver {
    /** Does nothing. */
    ExchangeObserver NONE = new ExchangeObserver() {};

    /** A request came, and its rule was looked for. */
    default void begun(ExchangeFacts exchange) {}

    /** {@code bytes} came from the eyeball. */
    default void received(ExchangeFacts exchange, int bytes) {}

    /** {@code bytes} are sent to the eyeball. */
    default void sent(ExchangeFacts exchange, int bytes) {}

    /** It is over: nothing more is said to the eyeball, nor listened to. Called once for each that has begun. */
    default void ended(ExchangeFacts exchange) {}
}
