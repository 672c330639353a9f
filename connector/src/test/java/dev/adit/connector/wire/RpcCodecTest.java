package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.wire.RegistrationRequest.Auth;
import dev.adit.connector.wire.RegistrationRequest.Client;
import dev.adit.connector.wire.RegistrationRequest.Options;
import dev.adit.connector.wire.ReturnOutcome.Failed;
import dev.adit.connector.wire.ReturnOutcome.Results;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RpcCodecTest {
    private static final UUID TUNNEL = UUID.fromString("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
    private static final UUID CONNECTION = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final CallTarget BOOTSTRAP_ANSWER = new CallTarget.PromisedAnswer(0);
    private static final CallTarget IMPORT_ZERO = new CallTarget.ImportedCap(0);
    private static final RegistrationOutcome REGISTERED = new RegistrationOutcome.Registered(CONNECTION, "SIM01", true);
    private static final RegistrationOutcome REGISTERED_LOCAL =
            new RegistrationOutcome.Registered(CONNECTION, "SIM01", false);
    private static final RegistrationOutcome DUPLICATE =
            new RegistrationOutcome.Refused("EDUPCONN", true, Duration.ofSeconds(5));

    static List<String> sessionMessages() {
        return List.copyOf(session().keySet());
    }

    static List<String> sampleMessages() {
        return List.copyOf(samples().keySet());
    }

    @ParameterizedTest
    @MethodSource("sessionMessages")
    void encodesWhatCloudflaredSentAndAccepted(String name) {
        assertThat(hex(GoldenBytes.encode(get(session(), name))))
                .isEqualTo(hex(GoldenBytes.get(GoldenBytes.session(), name)));
    }

    @ParameterizedTest
    @MethodSource("sessionMessages")
    void decodesWhatCloudflaredSentAndAccepted(String name) {
        RpcMessage decoded = GoldenBytes.decode(GoldenBytes.get(GoldenBytes.session(), name));

        assertSame(decoded, get(session(), name));
    }

    @ParameterizedTest
    @MethodSource("sampleMessages")
    void encodesWhatTheCapnpToolMade(String name) {
        assertThat(hex(GoldenBytes.encode(get(samples(), name))))
                .isEqualTo(hex(GoldenBytes.get(GoldenBytes.samples(), name)));
    }

    @ParameterizedTest
    @MethodSource("sampleMessages")
    void decodesWhatTheCapnpToolMade(String name) {
        RpcMessage decoded = GoldenBytes.decode(GoldenBytes.get(GoldenBytes.samples(), name));

        assertSame(decoded, get(samples(), name));
    }

    @Test
    void namesEveryMessageOnFile() {
        Map<String, byte[]> session = GoldenBytes.session();
        session.remove("updateLocalConfigurationStart");

        assertThat(session.keySet()).isEqualTo(session().keySet());
        assertThat(GoldenBytes.samples().keySet()).isEqualTo(samples().keySet());
    }

    @Test
    void encodesLocalConfigurationAsCloudflaredDoes() {
        String json = GoldenBytes.text("local-configuration.json").strip();
        RpcMessage update = new RpcMessage.Call(1, IMPORT_ZERO, new CallParams.UpdateLocalConfiguration(json));

        byte[] encoded = GoldenBytes.encode(update);

        assertThat(encoded).hasSize(1128);
        assertThat(hex(encoded))
                .startsWith(hex(GoldenBytes.get(GoldenBytes.session(), "updateLocalConfigurationStart")))
                .endsWith("0000000001000100");
        assertThat(GoldenBytes.decode(encoded)).isEqualTo(update);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff})
    void keepsEveryBitOfAnId(int id) {
        List<RpcMessage> messages = List.of(
                new RpcMessage.Bootstrap(id),
                new RpcMessage.Call(id, new CallTarget.ImportedCap(id), new CallParams.UnregisterConnection()),
                new RpcMessage.Call(id, new CallTarget.PromisedAnswer(id), new CallParams.Unknown(-1, 0xffff)),
                new RpcMessage.Return(id, new ReturnOutcome.Canceled()),
                new RpcMessage.Return(id, true, new Failed("", Failed.Type.FAILED)),
                new RpcMessage.Finish(id, true),
                new RpcMessage.Finish(id, false),
                new RpcMessage.Release(id, id));

        for (RpcMessage message : messages) {
            assertThat(GoldenBytes.decode(GoldenBytes.encode(message))).isEqualTo(message);
        }
        RpcMessage capability = new RpcMessage.Return(id, new Results(ResultPayload.ofCapability(id)));
        assertThat(payload(GoldenBytes.decode(GoldenBytes.encode(capability))).capability())
                .hasValue(id);
    }

    @ParameterizedTest
    @EnumSource(Failed.Type.class)
    void keepsTheTypeOfAnException(Failed.Type type) {
        RpcMessage message = new RpcMessage.Return(3, new Failed("no bootstrap ü", type));

        assertThat(GoldenBytes.decode(GoldenBytes.encode(message))).isEqualTo(message);
    }

    @Test
    void readsExceptionTypeOfANewerSchemaAsFailed() {
        byte[] bytes = GoldenBytes.encode(new RpcMessage.Return(3, new Failed("x", Failed.Type.UNIMPLEMENTED)));
        int typeAt = (1 + 6) * 8 + 4;
        bytes[typeAt] = 9;

        assertThat(GoldenBytes.decode(bytes)).isEqualTo(new RpcMessage.Return(3, new Failed("x", Failed.Type.FAILED)));
    }

    @Test
    void echoesAMessageItDoesNotKnow() {
        CapnpWriter root = CapnpWriter.root(1, 1);
        root.int16(0, 5);
        root.struct(0, 1, 1).text(0, "resolve");
        CapnpMessage resolve = root.message();

        RpcMessage decoded = RpcCodec.decode(resolve);

        assertThat(decoded).isEqualTo(new RpcMessage.Other(5, resolve));
        byte[] echo = GoldenBytes.encode(((RpcMessage.Other) decoded).unimplemented());
        assertThat(GoldenBytes.decode(echo)).isInstanceOfSatisfying(RpcMessage.Unimplemented.class, unimplemented -> {
            assertThat(unimplemented.discriminant()).isEqualTo(5);
            CapnpReader inner = CapnpReader.root(unimplemented.message()).struct(0);
            assertThat(inner.struct(0).text(0)).isEqualTo("resolve");
        });
        assertThat(GoldenBytes.encode(GoldenBytes.decode(echo))).isEqualTo(echo);
    }

    @Test
    void echoesAnAnswerOfUnknownKind() {
        byte[] bytes = GoldenBytes.encode(new RpcMessage.Return(7, new ReturnOutcome.Canceled()));
        int tagAt = (1 + 3) * 8 + 6;
        assertThat(bytes[tagAt]).isEqualTo((byte) 2);
        bytes[tagAt] = 3;

        RpcMessage.Return decoded = (RpcMessage.Return) GoldenBytes.decode(bytes);

        assertThat(decoded.answerId()).isEqualTo(7);
        ReturnOutcome.Unsupported unsupported = (ReturnOutcome.Unsupported) decoded.outcome();
        assertThat(unsupported.tag()).isEqualTo(3);
        assertThat(GoldenBytes.decode(GoldenBytes.encode(unsupported.unimplemented())))
                .isInstanceOfSatisfying(
                        RpcMessage.Unimplemented.class,
                        echo -> assertThat(echo.discriminant()).isEqualTo(RpcCodec.RETURN));
        assertThat(GoldenBytes.encode(decoded)).isEqualTo(bytes);
    }

    @Test
    void doesNotKnowACallWhoseResultsGoElsewhere() {
        byte[] bytes = GoldenBytes.get(GoldenBytes.session(), "unregister").clone();
        int sendResultsToAt = (1 + 3) * 8 + 6;
        bytes[sendResultsToAt] = 1;

        assertThat(GoldenBytes.decode(bytes)).isInstanceOf(RpcMessage.Other.class);
    }

    @Test
    void doesNotKnowACallOnAFieldOfAnAnswer() {
        CapnpWriter root = CapnpWriter.root(1, 1);
        root.int16(0, 2);
        CapnpWriter target = root.struct(0, 3, 3).struct(0, 1, 1);
        target.int16(4, 1);
        target.struct(0, 1, 1).oneStruct(0, 1, 0).int16(0, 1);

        assertThat(RpcCodec.decode(root.message())).isInstanceOf(RpcMessage.Other.class);
    }

    @Test
    void readsSenderPromiseAsCapabilityAndOthersAsNone() {
        byte[] bytes = GoldenBytes.encode(new RpcMessage.Return(0, new Results(ResultPayload.ofCapability(77))));
        int descriptorAt = (1 + 9) * 8;

        bytes[descriptorAt] = 2;
        assertThat(payload(GoldenBytes.decode(bytes)).capability()).hasValue(77);

        for (byte tag : new byte[] {0, 3, 4, 5}) {
            bytes[descriptorAt] = tag;
            assertThat(payload(GoldenBytes.decode(bytes)).capability()).isEmpty();
        }
    }

    @Test
    void readsCapabilityOutsideTheTableAsNone() {
        byte[] bytes = GoldenBytes.encode(new RpcMessage.Return(0, new Results(ResultPayload.ofCapability(77))));
        int capabilityIndexAt = (1 + 6) * 8 + 4;

        Arrays.fill(bytes, capabilityIndexAt, capabilityIndexAt + 4, (byte) 0xff);

        assertThat(payload(GoldenBytes.decode(bytes)).capability()).isEmpty();
    }

    @Test
    void readsResultsAsOftenAsAsked() {
        ResultPayload payload = payload(GoldenBytes.decode(GoldenBytes.get(GoldenBytes.samples(), "registeredReturn")));

        for (int i = 0; i < 1000; i++) {
            assertThat(payload.registration()).isEqualTo(REGISTERED);
        }
    }

    @Test
    void refusesATunnelIdThatIsNoUuid() {
        byte[] bytes = GoldenBytes.get(GoldenBytes.samples(), "register").clone();
        int tunnelIdSizeAt = (1 + 18) * 8 + 4;
        bytes[tunnelIdSizeAt] = 0x7a;

        assertThatThrownBy(() -> GoldenBytes.decode(bytes))
                .isInstanceOf(CapnpException.class)
                .hasMessage("tunnel id of 15 bytes instead of 16");
    }

    private static void assertSame(RpcMessage decoded, RpcMessage expected) {
        if (expected instanceof RpcMessage.Return answer && answer.outcome() instanceof Results results) {
            ResultPayload payload = results.payload();
            assertThat(((RpcMessage.Return) decoded).answerId()).isEqualTo(answer.answerId());
            assertThat(((RpcMessage.Return) decoded).releaseParamCaps()).isEqualTo(answer.releaseParamCaps());
            assertThat(payload(decoded).capability()).isEqualTo(payload.capability());
            if (payload.capability().isEmpty()) {
                assertThat(payload(decoded).registration()).isEqualTo(payload.registration());
            }
        } else {
            assertThat(decoded).isEqualTo(expected);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static ResultPayload payload(RpcMessage answer) {
        return ((Results) ((RpcMessage.Return) answer).outcome()).payload();
    }

    private static RpcMessage get(Map<String, RpcMessage> messages, String name) {
        RpcMessage message = messages.get(name);
        if (message == null) {
            throw new IllegalArgumentException("no message " + name);
        }
        return message;
    }

    private static Map<String, RpcMessage> session() {
        List<String> features = List.of(
                "serialized_headers",
                "support_datagram_v2",
                "support_quic_eof",
                "management_logs",
                "allow_remote_config");
        UUID client = UUID.fromString("49670285-6d3d-4bab-a248-fd7996902393");
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) i;
        }
        RegistrationRequest request = new RegistrationRequest(
                new Auth("acct0123456789abcdef0123456789ab", TunnelSecret.of(secret)),
                TUNNEL,
                0,
                new Options(new Client(client, features, "2026.8.2", "linux_amd64"), address(127, 0, 0, 1), 0));

        Map<String, RpcMessage> session = new LinkedHashMap<>();
        session.put("bootstrap", new RpcMessage.Bootstrap(0));
        session.put("register", new RpcMessage.Call(1, BOOTSTRAP_ANSWER, new CallParams.RegisterConnection(request)));
        session.put("bootstrapReturn", new RpcMessage.Return(0, new Results(ResultPayload.ofCapability(0))));
        session.put(
                "registeredReturn",
                new RpcMessage.Return(1, new Results(ResultPayload.ofRegistration(REGISTERED_LOCAL))));
        session.put("finishBootstrap", new RpcMessage.Finish(0, false));
        session.put("finishRegister", new RpcMessage.Finish(1, false));
        session.put("updateReturn", new RpcMessage.Return(1, new Results(ResultPayload.empty())));
        session.put("finishUpdate", new RpcMessage.Finish(1, false));
        session.put("unregister", new RpcMessage.Call(1, IMPORT_ZERO, new CallParams.UnregisterConnection()));
        session.put("unregisterReturn", new RpcMessage.Return(1, new Results(ResultPayload.empty())));
        session.put("finishUnregister", new RpcMessage.Finish(1, false));
        session.put("release", new RpcMessage.Release(0, 1));
        session.put("abort", new RpcMessage.Abort("rpc: shutdown"));
        return session;
    }

    private static Map<String, RpcMessage> samples() {
        RegistrationRequest request = new RegistrationRequest(
                new Auth("acct-0001", TunnelSecret.of(new byte[] {0, 1, 2, 3, 4, 5, 6, 7})),
                TUNNEL,
                2,
                new Options(
                        new Client(
                                UUID.fromString("11111111-2222-4333-8444-555555555555"),
                                List.of("serialized_headers", "allow_remote_config"),
                                "2026.8.2",
                                "linux_amd64"),
                        address(192, 0, 2, 10),
                        3));

        Map<String, RpcMessage> samples = new LinkedHashMap<>();
        samples.put("bootstrap", new RpcMessage.Bootstrap(0));
        samples.put("bootstrapReturn", new RpcMessage.Return(0, new Results(ResultPayload.ofCapability(0))));
        samples.put("register", new RpcMessage.Call(1, BOOTSTRAP_ANSWER, new CallParams.RegisterConnection(request)));
        samples.put(
                "registeredReturn", new RpcMessage.Return(1, new Results(ResultPayload.ofRegistration(REGISTERED))));
        samples.put("refusedReturn", new RpcMessage.Return(1, new Results(ResultPayload.ofRegistration(DUPLICATE))));
        return samples;
    }

    private static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
