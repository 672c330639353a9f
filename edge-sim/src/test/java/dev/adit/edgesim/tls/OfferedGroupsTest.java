package dev.adit.edgesim.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OfferedGroupsTest {
    private static final int P256 = 0x0017;

    @Test
    void findsWhatIsListedAndNothingElse() {
        ByteBuf hello = hello(P256, OfferedGroups.X25519MLKEM768);

        assertThat(OfferedGroups.contain(hello, OfferedGroups.X25519MLKEM768)).isTrue();
        assertThat(OfferedGroups.contain(hello, P256)).isTrue();
        assertThat(OfferedGroups.contain(hello, 0x001d)).isFalse();
        assertThat(OfferedGroups.contain(hello(P256), OfferedGroups.X25519MLKEM768))
                .isFalse();
        assertThat(hello.readerIndex()).isZero();
    }

    @Test
    void findsNothingWhereNothingIsListed() {
        assertThat(OfferedGroups.contain(hello(), P256)).isFalse();
        assertThat(OfferedGroups.contain(Unpooled.EMPTY_BUFFER, P256)).isFalse();
    }

    @Test
    void survivesAMessageThatIsCutAnywhere() {
        ByteBuf hello = hello(P256, OfferedGroups.X25519MLKEM768);

        for (int size = 0; size < hello.readableBytes(); size++) {
            assertThat(OfferedGroups.contain(hello.slice(0, size), OfferedGroups.X25519MLKEM768))
                    .isFalse();
        }
    }

    @Test
    void survivesNonsense() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            ByteBuf noise = Unpooled.wrappedBuffer(bytes);

            OfferedGroups.contain(noise, P256);

            assertThat(noise.readableBytes()).isEqualTo(bytes.length);
        }
    }

    private static ByteBuf hello(int... groups) {
        ByteBuf extensions = Unpooled.buffer().writeShort(23).writeShort(0);
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
