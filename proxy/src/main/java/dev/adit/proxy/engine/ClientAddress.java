package dev.adit.proxy.engine;

import io.netty.handler.codec.http.HttpHeaders;

/** The address of the eyeball, as the edge says it and no eyeball can forge it. */
final class ClientAddress {
    /** The edge sets it, and drops what an eyeball sent under that name. */
    private static final String OF_EDGE = "cf-connecting-ip";

    private static final String FORWARDED_FOR = "x-forwarded-for";
    private static final String REAL_IP = "x-real-ip";

    private ClientAddress() {}

    /** Leaves {@code headers} with no other address of the eyeball than the edge's. */
    static void only(HttpHeaders headers) {
        String address = headers.get(OF_EDGE);
        headers.remove("forwarded");
        if (address == null) {
            headers.remove(FORWARDED_FOR).remove(REAL_IP);
        } else {
            headers.set(FORWARDED_FOR, address).set(REAL_IP, address);
        }
    }
}
