package dev.adit.edgesim.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final Duration NONE = Duration.ZERO;

    private final Link link = new Link(new SplittableRandom(1));
    private EmbeddedChannel channel;

    @BeforeEach
    void start() {
        channel = new EmbeddedChannel(link);
        channel.freezeTime();
    }

    @AfterEach
    void stop() {
        link.set(Direction.OUT, Conditions.CLEAR);
        channel.finishAndReleaseAll();
    }

    @Test
    void handsEverythingOnAtOnceWhileItIsClear() {
        write("out");
        read("in");

        assertThat(written()).isEqualTo("out");
        assertThat(received()).isEqualTo("in");
    }

    @Test
    void handsOnWhatIsNotFlushedOnlyWithTheFlush() {
        channel.write(bytes("later"));
        assertThat(written()).isEmpty();

        channel.flush();

        assertThat(written()).isEqualTo("later");
    }

    @Test
    void delaysEachDirectionByItsOwnTime() {
        link.set(Direction.OUT, Conditions.slow(Duration.ofMillis(100), NONE));
        link.set(Direction.IN, Conditions.slow(Duration.ofMillis(50), NONE));
        write("out");
        read("in");

        pass(49);
        assertThat(received()).isEmpty();
        pass(1);
        assertThat(received()).isEqualTo("in");
        assertThat(written()).isEmpty();
        pass(49);
        assertThat(written()).isEmpty();
        pass(1);
        assertThat(written()).isEqualTo("out");
    }

    @Test
    void keepsTheOrderWhateverTheJitter() {
        link.set(Direction.OUT, Conditions.slow(NONE, Duration.ofMillis(100)));
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            write(i + ",");
            sent.append(i).append(',');
            pass(1);
        }
        String early = written();
        pass(100);

        assertThat(early).as("some were late").hasSizeLessThan(sent.length());
        assertThat(early + written()).isEqualTo(sent.toString());
    }

    @Test
    void whatComesAfterASlowTimeDoesNotOvertakeWhatIsUnderWay() {
        link.set(Direction.IN, Conditions.slow(Duration.ofMillis(100), NONE));
        read("first ");
        link.set(Direction.IN, Conditions.CLEAR);
        read("second");

        assertThat(received()).isEmpty();
        pass(100);
        assertThat(received()).isEqualTo("first second");
        read("third");
        assertThat(received()).isEqualTo("third");
    }

    @Test
    void carriesNoMoreBytesASecondThanTheCap() {
        link.set(Direction.OUT, Conditions.narrow(14_480));
        write("x".repeat(14_480));

        pass(500);
        assertThat(written()).hasSize(7_240);
        pass(499);
        assertThat(written()).hasSize(7_240 - 1_448);
        pass(1);
        assertThat(written()).hasSize(1_448);
    }

    @Test
    void completesAWriteWhenItsLastByteIsOnItsWay() {
        link.set(Direction.OUT, Conditions.narrow(1_448));
        ChannelFuture future = channel.writeAndFlush(bytes("x".repeat(2_896)));

        pass(1_000);
        assertThat(future.isDone()).isFalse();
        pass(1_000);
        assertThat(future.isSuccess()).isTrue();
    }

    @Test
    void deliversWhatFellIntoAHoleOnceItIsHealed() {
        link.set(Direction.OUT, Conditions.dead());
        link.set(Direction.IN, Conditions.dead());
        write("one ");
        write("two");
        read("three");
        pass(3_600_000);
        assertThat(written()).isEmpty();
        assertThat(received()).isEmpty();

        link.set(Direction.OUT, Conditions.CLEAR);
        assertThat(written()).isEqualTo("one two");
        assertThat(received()).isEmpty();
        link.set(Direction.IN, Conditions.CLEAR);
        assertThat(received()).isEqualTo("three");
    }

    @Test
    void readsNothingDuringAHoleInThatDirectionOnly() {
        link.set(Direction.OUT, Conditions.dead());
        assertThat(channel.config().isAutoRead()).isTrue();

        link.set(Direction.IN, Conditions.dead());
        assertThat(channel.config().isAutoRead()).isFalse();

        link.set(Direction.IN, Conditions.CLEAR);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void staysPausedWhenAHoleIsHealed() {
        link.pauseReads(true);
        link.set(Direction.IN, Conditions.dead());
        link.set(Direction.IN, Conditions.CLEAR);
        assertThat(channel.config().isAutoRead()).isFalse();

        link.pauseReads(false);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void isNotWritableWhileItHoldsTooMuch() {
        link.set(Direction.OUT, Conditions.dead());
        write("x".repeat(Link.HELD_BYTES - 1));
        assertThat(channel.isWritable()).isTrue();
        write("x");
        assertThat(channel.isWritable()).isFalse();

        link.set(Direction.OUT, Conditions.CLEAR);
        assertThat(channel.isWritable()).isTrue();
        assertThat(written()).hasSize(Link.HELD_BYTES);
    }

    @Test
    void stopsReadingWhileItHoldsTooMuch() {
        link.set(Direction.IN, Conditions.slow(Duration.ofSeconds(1), NONE));
        read("x".repeat(Link.HELD_BYTES));
        assertThat(channel.config().isAutoRead()).isFalse();

        pass(1_000);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(received()).hasSize(Link.HELD_BYTES);
    }

    @Test
    void oneLargePacketStopsAllThatComesAfterIt() {
        link.set(Direction.OUT, Conditions.small(10));
        write("small");
        assertThat(written()).isEqualTo("small");

        write("much too large");
        write("tiny");
        pass(3_600_000);
        assertThat(written()).isEmpty();

        link.set(Direction.OUT, Conditions.CLEAR);
        assertThat(written()).isEqualTo("much too largetiny");
    }

    @Test
    void aLargePacketIsLargeHoweverNarrowTheLink() {
        link.set(Direction.OUT, Conditions.small(5_000).and(Conditions.narrow(1_000_000)));
        write("x".repeat(6_000));
        pass(10_000);

        assertThat(written()).isEmpty();
    }

    @Test
    void flipsOneBitOfTheNextWriteOnly() {
        link.corruptNextWrite();
        write("abc");
        write("abc");

        assertThat(written()).isEqualTo("acc" + "abc");
    }

    @Test
    void closesOnlyWhenAHoleIsHealed() {
        link.set(Direction.OUT, Conditions.dead());
        write("last words");
        ChannelFuture closed = channel.close();
        assertThat(channel.isOpen()).isTrue();
        assertThat(closed.isDone()).isFalse();

        link.set(Direction.OUT, Conditions.CLEAR);
        assertThat(closed.isSuccess()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(written()).isEqualTo("last words");
    }

    @Test
    void sendsWhatIsUnderWayBeforeItCloses() {
        link.set(Direction.OUT, Conditions.slow(Duration.ofSeconds(1), NONE));
        write("last words");

        channel.close();

        assertThat(written()).isEqualTo("last words");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void dropsWhatItHoldsWhenItIsCut() {
        link.set(Direction.OUT, Conditions.dead());
        link.set(Direction.IN, Conditions.dead());
        ByteBuf out = bytes("out");
        ChannelFuture future = channel.writeAndFlush(out);
        ByteBuf in = bytes("in");
        channel.writeInbound(in);

        link.cut(Ending.FIN);

        assertThat(channel.isOpen()).isFalse();
        assertThat(future.cause()).isNotNull();
        assertThat(out.refCnt()).isZero();
        assertThat(in.refCnt()).isZero();
    }

    private void write(String text) {
        channel.writeAndFlush(bytes(text));
    }

    private void read(String text) {
        channel.writeInbound(bytes(text));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf data = channel.readOutbound(); data != null; data = channel.readOutbound()) {
            text.append(data.toString(StandardCharsets.US_ASCII));
            data.release();
        }
        return text.toString();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf data = channel.readInbound(); data != null; data = channel.readInbound()) {
            text.append(data.toString(StandardCharsets.US_ASCII));
            data.release();
        }
        return text.toString();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
