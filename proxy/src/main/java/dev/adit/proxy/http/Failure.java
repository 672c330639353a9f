package dev.adit.proxy.http;

/**
 * Why an exchange could not be served.
 *
 * @param kind what went wrong, which is also the metric label
 * @param detail one line for the log, without header values or secrets
 */
public record Failure(Kind kind, String detail) {

    /** What went wrong, whose fault it was, and the status that says so. */
    public enum Kind {
        /** No origin address by that name. */
        UNRESOLVED(Side.ORIGIN, 502),
        /** The origin's address refused the connection or can't be reached. */
        REFUSED(Side.ORIGIN, 502),
        /** The origin's address did not answer within the connect limit. */
        CONNECT_TIMEOUT(Side.ORIGIN, 504),
        /** The TLS handshake with the origin failed. */
        TLS(Side.ORIGIN, 502),
        /** The origin's address still refuses the connection after it was tried for as long as the rule says. */
        NOT_UP(Side.ORIGIN, 503),
        /** The origin said that it has not looked at the request. */
        UNPROCESSED(Side.ORIGIN, 502),
        /** The origin closed or reset the connection before a response head. */
        RESET_BEFORE_HEAD(Side.ORIGIN, 502),
        /** The origin broke off in the response body. */
        RESET_IN_BODY(Side.ORIGIN, 502),
        /** No response head within the limit. */
        HEAD_TIMEOUT(Side.ORIGIN, 504),
        /** The origin sent what is not HTTP, or an upgrade that nobody asked for. */
        BAD_RESPONSE(Side.ORIGIN, 502),
        /** The request can't be expressed towards the origin. */
        BAD_REQUEST(Side.EYEBALL, 400),
        /** The rule does not let this destination be reached. */
        FORBIDDEN(Side.EYEBALL, 403),
        /** The rule takes WebSocket only. */
        UPGRADE_REQUIRED(Side.EYEBALL, 426),
        /** The rule needs a body length and the request has none. */
        LENGTH_REQUIRED(Side.EYEBALL, 411),
        /** The eyeball or the edge went away. */
        CANCELED(Side.EYEBALL, 499),
        /** This process holds as much as it may. */
        OVERLOAD(Side.PROXY, 503),
        /** There are as many private-network flows as there may be; cloudflared's status. */
        FLOW_LIMIT(Side.PROXY, 502),
        /** The keys that would tell whether the eyeball may use the rule can't be had. */
        NO_KEYS(Side.PROXY, 503),
        /** This process is going down. */
        SHUTDOWN(Side.PROXY, 502),
        /** A defect of this process. */
        INTERNAL(Side.PROXY, 502);

        private final Side side;
        private final int status;

        Kind(Side side, int status) {
            this.side = side;
            this.status = status;
        }

        /** Whose fault it was. */
        public Side side() {
            return side;
        }

        /** The status that an eyeball gets if no response head was sent yet. */
        public int status() {
            return status;
        }
    }

    /** Where a failure came from. */
    public enum Side {
        EYEBALL,
        ORIGIN,
        PROXY
    }
}
