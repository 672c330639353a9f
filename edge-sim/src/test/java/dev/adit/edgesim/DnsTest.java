package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DnsTest {
    private static final int LIMIT_MILLIS = 10_000;
    private static final int ASK_AGAIN_MILLIS = 1_000;
    private static final int A = 1;
    private static final int SRV = 33;
    private static final int TXT = 16;
    private static final int NOERROR = 0;
    private static final int NXDOMAIN = 3;
    private static final int REFUSED = 5;
    private static final int MANY = 40;
    private static final String GLOBAL = "_v2-origintunneld._tcp.argotunnel.com";

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private EdgeSim sim;
    private InetSocketAddress server;
    private DnsNameResolver resolver;

    @BeforeEach
    void start() throws Exception {
        String many = IntStream.rangeClosed(1, MANY)
                .mapToObj(i -> "127.0.1." + i + ":0")
                .collect(Collectors.joining(","));
        List<RegionSpec> regions = List.of(
                RegionSpec.parse("us=127.0.0.1:0,127.0.0.2:0", 1),
                RegionSpec.parse("eu=127.0.0.3:0,127.0.0.4:0", 2),
                RegionSpec.parse("many=" + many, 3));
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.parse("a=a.example"))
                .withEdge(EdgeOptions.defaults().withRegions(regions).withDnsPort(0)));
        server = Objects.requireNonNull(sim.dnsAddress());
        resolver = new DnsNameResolverBuilder(group.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(server))
                .queryTimeoutMillis(LIMIT_MILLIS)
                .build();
    }

    @AfterEach
    void stop() {
        resolver.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        sim.close();
    }

    @Test
    void tellsAResolverWhereTheRegionsAre() throws Exception {
        assertThat(services(GLOBAL))
                .containsExactlyInAnyOrder(
                        "1 1 " + port("us") + " region1.v2.argotunnel.com.",
                        "2 1 " + port("eu") + " region2.v2.argotunnel.com.",
                        "3 1 " + port("many") + " region3.v2.argotunnel.com.");
        assertThat(addresses("region1.v2.argotunnel.com")).containsExactlyInAnyOrder("127.0.0.1", "127.0.0.2");
        assertThat(addresses("region2.v2.argotunnel.com")).containsExactlyInAnyOrder("127.0.0.3", "127.0.0.4");
    }

    @Test
    void tellsAResolverWhereOneRegionIs() throws Exception {
        assertThat(services("_eu-v2-origintunneld._tcp.argotunnel.com"))
                .containsExactlyInAnyOrder(
                        "1 1 " + port("eu") + " eu-region1.v2.argotunnel.com.",
                        "2 1 " + port("eu") + " eu-region2.v2.argotunnel.com.");
        assertThat(addresses("eu-region1.v2.argotunnel.com")).containsExactly("127.0.0.3");
        assertThat(addresses("eu-region2.v2.argotunnel.com")).containsExactly("127.0.0.4");
    }

    @Test
    void announcesHttp2AndNoProbes() throws Exception {
        assertThat(text("protocol-v2.argotunnel.com"))
                .isEqualTo("[{\"protocol\":\"quic\",\"percentage\":0},{\"protocol\":\"http2\",\"percentage\":100}]");
        assertThat(text("cfd-features.argotunnel.com")).isEqualTo("{\"dv3_2\":0,\"skip_prechecks\":true}");
    }

    @Test
    void tellsAResolverThatANameIsUnknown() {
        assertThatThrownBy(() -> services("_xx-v2-origintunneld._tcp.argotunnel.com"))
                .rootCause()
                .isInstanceOfSatisfying(
                        DnsErrorCauseException.class,
                        e -> assertThat(e.getCode().intValue()).isEqualTo(NXDOMAIN));
    }

    @Test
    void letsAResolverAskAgainOverTcpWhenTheAnswerIsTooLong() throws Exception {
        assertThat(addresses("region3.v2.argotunnel.com")).hasSize(MANY);
    }

    @Test
    void cutsAnAnswerThatIsLongerThan512Bytes() throws Exception {
        Reply reply = Reply.parse(udp(query(7, "region3.v2.argotunnel.com", A)));

        assertThat(reply.truncated()).isTrue();
        assertThat(reply.answers()).isZero();
        assertThat(reply.size()).isLessThanOrEqualTo(512);
        Reply whole = Reply.parse(tcp(query(7, "region3.v2.argotunnel.com", A)));
        assertThat(whole.truncated()).isFalse();
        assertThat(whole.answers()).isEqualTo(MANY);
    }

    @ParameterizedTest
    @CsvSource({
        "region1.v2.argotunnel.com, 1, 0, 2, true",
        "region1.v2.argotunnel.com, 28, 0, 0, true",
        "region1.v2.argotunnel.com, 255, 0, 2, true",
        "v2.argotunnel.com, 1, 0, 0, true",
        "_tcp.argotunnel.com, 33, 0, 0, true",
        "argotunnel.com, 6, 0, 1, true",
        "argotunnel.com, 1, 0, 0, true",
        "nothing.argotunnel.com, 1, 3, 0, true",
        "x.region1.v2.argotunnel.com, 1, 3, 0, true",
        "example.com, 1, 5, 0, false",
        "notargotunnel.com, 1, 5, 0, false",
        "com, 1, 5, 0, false"
    })
    void tellsWhatIsMissingFromWhatIsUnknownAndFromWhatIsOthers(
            String name, int type, int code, int answers, boolean authoritative) throws Exception {
        Reply reply = Reply.parse(udp(query(9, name, type)));

        assertThat(reply.id()).isEqualTo(9);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.answers()).isEqualTo(answers);
        assertThat(reply.authoritative()).isEqualTo(authoritative);
        // A "no" comes with how long it is good for.
        assertThat(reply.authorities()).isEqualTo(answers == 0 && code != REFUSED ? 1 : 0);
        assertThat(reply.recursionAvailable()).isFalse();
    }

    @Test
    void answersByTheNameAsItWasWritten() throws Exception {
        String mixed = "ReGiOn1.V2.ArgoTunnel.COM";
        byte[] answer = udp(query(3, mixed, A));

        assertThat(new String(answer, StandardCharsets.ISO_8859_1))
                .contains("\u0007ReGiOn1\u0002V2\nArgoTunnel\u0003COM")
                .doesNotContain("region1");
        assertThat(Reply.parse(answer).answers()).isEqualTo(2);
    }

    @Test
    void saysHowLongAnAnswerIsGood() throws Exception {
        assertThat(records("region1.v2.argotunnel.com", DnsRecordType.A))
                .hasSize(2)
                .allSatisfy(record -> assertThat(record.ttl).isEqualTo(60));
    }

    @Test
    void refusesOtherClassesAndOperations() throws Exception {
        byte[] chaos = query(1, GLOBAL, TXT);
        chaos[chaos.length - 1] = 3;
        assertThat(Reply.parse(udp(chaos)).code()).isEqualTo(REFUSED);

        byte[] status = query(1, GLOBAL, SRV);
        status[2] = 2 << 3;
        assertThat(Reply.parse(udp(status)).code()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void refusesAnythingButOneQuestion(int questions) throws Exception {
        byte[] one = query(1, GLOBAL, SRV);
        byte[] question = Arrays.copyOfRange(one, 12, one.length);
        ByteBuffer all = ByteBuffer.allocate(12 + questions * question.length).put(one, 0, 12);
        for (int i = 0; i < questions; i++) {
            all.put(question);
        }
        all.putShort(4, (short) questions);

        assertThat(Reply.parse(udp(all.array())).code()).isEqualTo(1);
    }

    @Test
    void survivesPacketsThatMakeNoSense() throws Exception {
        Random random = new Random(5);
        byte[] good = query(2, GLOBAL, SRV);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int size = 0; size < good.length; size++) {
                socket.send(new DatagramPacket(good, size, server));
            }
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                socket.send(new DatagramPacket(noise, noise.length, server));
            }
            // A response, and a name that leads back to itself.
            byte[] response = good.clone();
            response[2] = (byte) 0x84;
            socket.send(new DatagramPacket(response, response.length, server));
            byte[] loop = good.clone();
            loop[12] = (byte) 0xc0;
            loop[13] = 12;
            socket.send(new DatagramPacket(loop, loop.length, server));
        }
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(new byte[] {0, 3, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }

        assertThat(Reply.parse(udp(good)).code()).isEqualTo(NOERROR);
        assertThat(Reply.parse(tcp(good)).answers()).isEqualTo(3);
    }

    private List<String> services(String name) throws Exception {
        return records(name, DnsRecordType.SRV).stream()
                .map(record -> {
                    ByteBuffer data = ByteBuffer.wrap(record.data);
                    return data.getShort() + " " + data.getShort() + " " + (data.getShort() & 0xffff) + " "
                            + record.target;
                })
                .toList();
    }

    private String text(String name) throws Exception {
        byte[] data = records(name, DnsRecordType.TXT).get(0).data;
        assertThat(data[0] & 0xff).isEqualTo(data.length - 1);
        return new String(data, 1, data.length - 1, StandardCharsets.US_ASCII);
    }

    private List<Found> records(String name, DnsRecordType type) throws Exception {
        DnsQuestion question = new DefaultDnsQuestion(name + ".", type);
        List<DnsRecord> answer = resolver.resolveAll(question).get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        List<Found> found = new ArrayList<>();
        for (DnsRecord record : answer) {
            ByteBuf data = ((DnsRawRecord) record).content();
            byte[] bytes = new byte[data.readableBytes()];
            data.getBytes(data.readerIndex(), bytes);
            String target = type.equals(DnsRecordType.SRV) ? DefaultDnsRecordDecoder.decodeName(data.skipBytes(6)) : "";
            found.add(new Found(record.timeToLive(), bytes, target));
            data.release();
        }
        return found;
    }

    private List<String> addresses(String name) throws Exception {
        return resolver.resolveAll(name).get(LIMIT_MILLIS, TimeUnit.MILLISECONDS).stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private int port(String region) {
        return sim.regions().addresses(region).get(0).getPort();
    }

    private byte[] udp(byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            // The system may drop a datagram, so every resolver asks again.
            socket.setSoTimeout(ASK_AGAIN_MILLIS);
            for (int waited = ASK_AGAIN_MILLIS; ; waited += ASK_AGAIN_MILLIS) {
                socket.send(new DatagramPacket(query, query.length, server));
                try {
                    socket.receive(answer);
                    return Arrays.copyOf(answer.getData(), answer.getLength());
                } catch (SocketTimeoutException e) {
                    if (waited >= LIMIT_MILLIS) {
                        throw e;
                    }
                }
            }
        }
    }

    private byte[] tcp(byte[] query) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readUnsignedShort());
        }
    }

    private static byte[] query(int id, String name, int type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(id);
        out.writeShort(0x0100);
        out.writeShort(1);
        out.write(new byte[6]);
        for (String label : name.split("\\.", -1)) {
            out.writeByte(label.length());
            out.writeBytes(label);
        }
        out.writeByte(0);
        out.writeShort(type);
        out.writeShort(1);
        return bytes.toByteArray();
    }

    /** One record of an answer. */
    private static final class Found {
        private final long ttl;
        private final byte[] data;
        private final String target;

        Found(long ttl, byte[] data, String target) {
            this.ttl = ttl;
            this.data = data;
            this.target = target;
        }
    }

    /** The header of an answer. */
    private record Reply(int id, int flags, int answers, int authorities, int size) {
        static Reply parse(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Reply(in.getShort(0), in.getShort(2), in.getShort(6), in.getShort(8), bytes.length);
        }

        int code() {
            return flags & 0xf;
        }

        boolean truncated() {
            return (flags & 0x0200) != 0;
        }

        boolean authoritative() {
            return (flags & 0x0400) != 0;
        }

        boolean recursionAvailable() {
            return (flags & 0x0080) != 0;
        }
    }
}
