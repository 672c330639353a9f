package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.wire.RegistrationOutcome.Refused;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import dev.adit.connector.wire.RegistrationRequest.Auth;
import dev.adit.connector.wire.RegistrationRequest.Client;
import dev.adit.connector.wire.RegistrationRequest.Options;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistrationCodecTest {
    private static final UUID ID = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");
    private static final Auth AUTH = new Auth("tag", TunnelSecret.of("s3cr3t".getBytes(StandardCharsets.UTF_8)));
    private static final Client CLIENT = new Client(ID, List.of("a", "", "ü"), "1.0", "linux_amd64");

    @Test
    void keepsEveryFieldOfARequest() throws UnknownHostException {
        List<@Nullable InetAddress> addresses =
                Arrays.asList(null, InetAddress.getByName("192.0.2.1"), InetAddress.getByName("2001:db8::1"));
        for (InetAddress address : addresses) {
            Options options = new Options(CLIENT, address, true, 255, 254);
            RegistrationRequest request = new RegistrationRequest(AUTH, ID, 253, options);

            assertThat(roundTrip(request)).isEqualTo(request);
        }
    }

    @Test
    void keepsARequestOfEmptyFields() {
        Auth auth = new Auth("", TunnelSecret.of(new byte[0]));
        Options options = new Options(new Client(ID, List.of(), "", ""), null, 0);
        RegistrationRequest request = new RegistrationRequest(auth, ID, 0, options);

        assertThat(roundTrip(request)).isEqualTo(request);
    }

    @Test
    void sendsWhatCloudflaredNeverChangesUnlessTold() {
        Options options = new Options(CLIENT, null, 4);

        assertThat(options.replaceExisting()).isFalse();
        assertThat(options.compressionQuality()).isZero();
        assertThat(options.numPreviousAttempts()).isEqualTo(4);
    }

    @Test
    void tellsRequestsApart() {
        Options options = new Options(CLIENT, null, 0);
        RegistrationRequest request = new RegistrationRequest(AUTH, ID, 0, options);
        Auth other = new Auth("tag", TunnelSecret.of(new byte[6]));

        assertThat(new RegistrationRequest(AUTH, ID, 0, options))
                .isEqualTo(request)
                .hasSameHashCodeAs(request);
        assertThat(new RegistrationRequest(other, ID, 0, options)).isNotEqualTo(request);
    }

    @Test
    void printsNoSecret() {
        RegistrationRequest request = new RegistrationRequest(AUTH, ID, 0, new Options(CLIENT, null, 0));

        assertThat(request.toString()).contains("TunnelSecret[6 bytes]").doesNotContain("s3cr3t", "115, 51");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void refusesNumbersThatNeedMoreThanAByte(int number) {
        Options options = new Options(CLIENT, null, 0);

        assertThatThrownBy(() -> new RegistrationRequest(AUTH, ID, number, options))
                .hasMessage("connIndex must be from 0 to 255, was " + number);
        assertThatThrownBy(() -> new Options(CLIENT, null, false, number, 0))
                .hasMessage("compressionQuality must be from 0 to 255, was " + number);
        assertThatThrownBy(() -> new Options(CLIENT, null, number))
                .hasMessage("numPreviousAttempts must be from 0 to 255, was " + number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c000020a", "00000000000000000000ffffc000020a"})
    void takesAnIpv4AddressOfEitherLength(String hex) throws UnknownHostException {
        RegistrationRequest read = readRequestWithAddress(HexFormat.of().parseHex(hex));

        assertThat(read.options().originLocalIp()).isEqualTo(InetAddress.getByName("192.0.2.10"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 15, 17})
    void refusesAnAddressOfAnotherLength(int bytes) {
        assertThatThrownBy(() -> readRequestWithAddress(new byte[bytes]))
                .isInstanceOf(CapnpException.class)
                .hasMessage("IP address of " + bytes + " bytes");
    }

    @Test
    void keepsEveryFieldOfAnOutcome() {
        List<RegistrationOutcome> outcomes = List.of(
                new Registered(ID, "ams01", true),
                new Registered(ID, "", false),
                new Refused("EDUPCONN", false, Duration.ofNanos(1)),
                new Refused("", true, Duration.ZERO),
                new Refused("later", true, Duration.ofNanos(Long.MAX_VALUE)));

        for (RegistrationOutcome outcome : outcomes) {
            assertThat(roundTrip(outcome)).isEqualTo(outcome);
        }
    }

    @Test
    void shortensAWaitThatDoesNotFit() {
        assertThat(roundTrip(new Refused("later", true, Duration.ofSeconds(Long.MAX_VALUE))))
                .isEqualTo(new Refused("later", true, Duration.ofNanos(Long.MAX_VALUE)));
    }

    @Test
    void readsANegativeWaitAsNone() {
        CapnpWriter results = CapnpWriter.root(0, 1);
        results.struct(0, 1, 1).struct(0, 2, 1).int64(0, -5);

        assertThat(read(results)).isEqualTo(new Refused("", false, Duration.ZERO));
    }

    @Test
    void readsAMissingResultAsRefusalWithoutText() {
        assertThat(read(CapnpWriter.root(0, 1))).isEqualTo(new Refused("", false, Duration.ZERO));
        assertThat(read(CapnpWriter.root(0, 0))).isEqualTo(new Refused("", false, Duration.ZERO));
        assertThat(ResultPayload.empty().registration()).isEqualTo(new Refused("", false, Duration.ZERO));
    }

    @Test
    void readsAResultOfUnknownKindAsRefusal() {
        CapnpWriter results = CapnpWriter.root(0, 1);
        results.struct(0, 1, 1).int16(0, 2);

        assertThat(read(results))
                .isEqualTo(new Refused("the edge sent a registration result of unknown kind 2", false, Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17})
    void readsAConnectionIdOfAnotherLengthAsRefusal(int bytes) {
        CapnpWriter results = CapnpWriter.root(0, 1);
        CapnpWriter response = results.struct(0, 1, 1);
        response.int16(0, 1);
        response.struct(0, 1, 2).data(0, new byte[bytes]);

        assertThat(read(results))
                .isEqualTo(new Refused(
                        "the edge sent a connection id of " + bytes + " bytes instead of 16", false, Duration.ZERO));
    }

    @Test
    void readsAnswersWithoutResultsAsRefusals() {
        ReturnOutcome failed = new ReturnOutcome.Failed("boom", ReturnOutcome.Failed.Type.OVERLOADED);
        ReturnOutcome unsupported = new ReturnOutcome.Unsupported(4, new CapnpMessage(new byte[8]));

        assertThat(failed.registration()).isEqualTo(new Refused("registerConnection: boom", false, Duration.ZERO));
        assertThat(new ReturnOutcome.Canceled().registration())
                .isEqualTo(new Refused("registerConnection: call canceled", false, Duration.ZERO));
        assertThat(unsupported.registration())
                .isEqualTo(new Refused("registerConnection: answer of unsupported kind 4", false, Duration.ZERO));
    }

    @Test
    void refusesANegativeWait() {
        assertThatThrownBy(() -> new Refused("", true, Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static RegistrationRequest readRequestWithAddress(byte[] address) {
        CapnpWriter params = CapnpWriter.root(1, 3);
        params.data(1, new byte[16]);
        CapnpWriter options = params.struct(2, 1, 2);
        options.struct(0, 0, 4).data(0, new byte[16]);
        options.data(1, address);
        return RegistrationCodec.readRequest(CapnpReader.root(params.message()));
    }

    private static RegistrationRequest roundTrip(RegistrationRequest request) {
        CapnpWriter params = CapnpWriter.root(1, 3);
        RegistrationCodec.writeRequest(params, request);
        return RegistrationCodec.readRequest(CapnpReader.root(params.message()));
    }

    private static RegistrationOutcome roundTrip(RegistrationOutcome outcome) {
        CapnpWriter results = CapnpWriter.root(0, 1);
        RegistrationCodec.writeOutcome(results, outcome);
        return read(results);
    }

    private static RegistrationOutcome read(CapnpWriter results) {
        return RegistrationCodec.readOutcome(CapnpReader.root(results.message()));
    }
}
