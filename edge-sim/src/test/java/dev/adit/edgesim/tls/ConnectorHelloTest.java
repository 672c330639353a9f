package dev.adit.edgesim.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectorHelloTest {
    private static final int P256 = 0x0017;
    private static final int X25519MLKEM768 = 0x11ec;

    @Test
    void readsTheNameAndTheGroups() {
        ByteBuf hello = hello("h2.cftunnel.com", P256, X25519MLKEM768);

        assertThat(ConnectorHello.read(hello)).isEqualTo(new ConnectorHello("h2.cftunnel.com", true));
        assertThat(ConnectorHello.read(hello("h2.cftunnel.com", P256)))
                .isEqualTo(new ConnectorHello("h2.cftunnel.com", false));
        assertThat(hello.readerIndex()).isZero();
    }

    @Test
    void knowsAProbe() {
        assertThat(ConnectorHello.read(hello("Probe.cftunnel.com")).isProbe()).isTrue();
        assertThat(ConnectorHello.read(hello("h2.cftunnel.com")).isProbe()).isFalse();
        assertThat(ConnectorHello.read(Unpooled.EMPTY_BUFFER).isProbe()).isFalse();
    }

    @Test
    void survivesAMessageThatIsCutAnywhere() {
        ByteBuf hello = hello("h2.cftunnel.com", P256, X25519MLKEM768);

        for (int size = 0; size < hello.readableBytes(); size++) {
            assertThat(ConnectorHello.read(hello.slice(0, size))).isEqualTo(new ConnectorHello(null, false));
        }
    }

    @Test
    void survivesNonsense() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            ByteBuf noise = Unpooled.wrappedBuffer(bytes);

            ConnectorHello.read(noise);

            assertThat(noise.readableBytes()).isEqualTo(bytes.length);
        }
    }

    private static ByteBuf hello(String name, int... groups) {
        ByteBuf extensions = Unpooled.buffer()
                .writeShort(23)
                .writeShort(0)
                .writeShort(0)
                .writeShort(name.length() + 5)
                .writeShort(name.length() + 3)
                .writeByte(0)
                .writeShort(name.length());
        extensions.writeCharSequence(name, StandardCharsets.US_ASCII);
        if (groups.length > 0) {
            extensions.writeShort(10).writeShort(2 + 2 * groups.length).writeShort(2 * groups.length);
            for (int group : groups) {
                extensions.writeShort(group);
            }
        }
        return Unpooled.buffer()
                .writeShort(0x0303)
                .writeZero(32)
                .writeByte(1)
                .writeByte(9)
                .writeShort(2)
                .writeShort(0x1301)
                .writeByte(1)
                .writeByte(0)
                .writeShort(extensions.readableBytes())
                .writeBytes(extensions);
    }
}
