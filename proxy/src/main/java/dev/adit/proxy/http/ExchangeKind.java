package dev.adit.proxy.http;

/** What travels in an exchange. */
public enum ExchangeKind {
    /** One request and its response. */
    HTTP,
    /** A WebSocket handshake, then bytes both ways. */
    WEBSOCKET,
    /** Bytes both ways to the address in the request's authority. */
    TCP
}
