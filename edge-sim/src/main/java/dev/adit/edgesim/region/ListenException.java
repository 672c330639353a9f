package dev.adit.edgesim.region;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Says that nobody can listen at an address. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1L;

    private final InetSocketAddress address;

    ListenException(InetSocketAddress address, Throwable cause) {
        super(cause.getMessage(), cause);
        this.address = address;
    }

    /** The address. */
    public InetSocketAddress address() {
        return address;
    }
}
