package dev.adit.connector.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Parameters and results of the registration methods. */
final class RegistrationCodec {
    /** How results without a result read: cloudflared sees an error without a text. */
    static final RegistrationOutcome NO_OUTCOME = new RegistrationOutcome.Refused("", false, Duration.ZERO);

    private static final int OUTCOME_ERROR = 0;
    private static final int OUTCOME_DETAILS = 1;
    private static final int UUID_BYTES = 16;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private RegistrationCodec() {}

    static void writeRequest(CapnpWriter params, RegistrationRequest request) {
        params.int8(0, request.connIndex());
        CapnpWriter auth = params.struct(0, 0, 2);
        auth.text(0, request.auth().accountTag());
        auth.data(1, request.auth().secret().toBytes());
        params.data(1, toBytes(request.tunnelId()));
        writeOptions(params.struct(2, 1, 2), request.options());
    }

    private static void writeOptions(CapnpWriter to, RegistrationRequest.Options options) {
        if (options.replaceExisting()) {
            to.bit(0);
        }
        to.int8(1, options.compressionQuality());
        to.int8(2, options.numPreviousAttempts());
        CapnpWriter client = to.struct(0, 0, 4);
        client.data(0, toBytes(options.client().id()));
        client.texts(1, options.client().features());
        client.text(2, options.client().version());
        client.text(3, options.client().arch());
        to.data(1, toBytes(options.originLocalIp()));
    }

    static RegistrationRequest readRequest(CapnpReader params) {
        CapnpReader auth = params.struct(0);
        return new RegistrationRequest(
                new RegistrationRequest.Auth(auth.text(0), TunnelSecret.of(auth.data(1))),
                uuid("tunnel id", params.data(1)),
                params.uint8(0),
                readOptions(params.struct(2)));
    }

    private static RegistrationRequest.Options readOptions(CapnpReader options) {
        CapnpReader client = options.struct(0);
        return new RegistrationRequest.Options(
                new RegistrationRequest.Client(
                        uuid("client id", client.data(0)), client.texts(1), client.text(2), client.text(3)),
                address(options.data(1)),
                options.bit(0),
                options.uint8(1),
                options.uint8(2));
    }

    static void writeOutcome(CapnpWriter results, RegistrationOutcome outcome) {
        CapnpWriter response = results.struct(0, 1, 1);
        if (outcome instanceof RegistrationOutcome.Registered registered) {
            response.int16(0, OUTCOME_DETAILS);
            CapnpWriter details = response.struct(0, 1, 2);
            if (registered.remotelyManaged()) {
                details.bit(0);
            }
            details.data(0, toBytes(registered.connectionId()));
            details.text(1, registered.location());
        } else if (outcome instanceof RegistrationOutcome.Refused refused) {
            response.int16(0, OUTCOME_ERROR);
            CapnpWriter error = response.struct(0, 2, 1);
            error.int64(0, nanos(refused.retryAfter()));
            if (refused.shouldRetry()) {
                error.bit(64);
            }
            error.text(0, refused.cause());
        }
    }

    static RegistrationOutcome readOutcome(CapnpReader results) {
        CapnpReader response = results.struct(0);
        int tag = response.uint16(0);
        if (tag == OUTCOME_DETAILS) {
            CapnpReader details = response.struct(0);
            byte[] id = details.data(0);
            return id.length == UUID_BYTES
                    ? new RegistrationOutcome.Registered(uuid("connection id", id), details.text(1), details.bit(0))
                    : refused("the edge sent a connection id of " + id.length + " bytes instead of 16");
        }
        if (tag == OUTCOME_ERROR) {
            CapnpReader error = response.struct(0);
            Duration retryAfter = Duration.ofNanos(Math.max(0, error.int64(0)));
            return new RegistrationOutcome.Refused(error.text(0), error.bit(64), retryAfter);
        }
        return refused("the edge sent a registration result of unknown kind " + tag);
    }

    private static RegistrationOutcome refused(String cause) {
        return new RegistrationOutcome.Refused(cause, false, Duration.ZERO);
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    private static byte[] toBytes(UUID uuid) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private static UUID uuid(String what, byte[] bytes) {
        if (bytes.length != UUID_BYTES) {
            throw new CapnpException(what + " of " + bytes.length + " bytes instead of 16");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static byte[] toBytes(@Nullable InetAddress address) {
        if (address == null) {
            return new byte[0];
        }
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet4Address)) {
            return bytes;
        }
        return ByteBuffer.allocate(IPV6_BYTES)
                .putShort(10, (short) 0xffff)
                .put(12, bytes)
                .array();
    }

    private static @Nullable InetAddress address(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        if (bytes.length != IPV4_BYTES && bytes.length != IPV6_BYTES) {
            throw new CapnpException("IP address of " + bytes.length + " bytes");
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // thrown for other lengths only
        }
    }
}
