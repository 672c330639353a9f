package dev.adit.edgesim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 8, 9, 1_000_003, Long.MAX_VALUE})
    void isTheSameInOnePieceAndInMany(long number) {
        ByteBuf whole = Unpooled.buffer();
        Pattern.append(whole, number, 0, 200_000);
        ByteBuf parts = Unpooled.buffer();
        for (int from = 0; from < 200_000; from += 1_600) {
            Pattern.append(parts, number, from, 1_600);
        }

        assertThat(parts).isEqualTo(whole);
        assertThat(Pattern.matches(whole, number, 0)).isTrue();
        assertThat(Pattern.matches(whole.slice(70_001, 100), number, 70_001)).isTrue();
    }

    @Test
    void differsByNumberAndByPlace() {
        ByteBuf body = Unpooled.buffer();
        Pattern.append(body, 5, 0, 200);

        assertThat(Pattern.matches(body, 6, 0)).isFalse();
        assertThat(Pattern.matches(body, 5, 1)).isFalse();
        body.setByte(199, body.getByte(199) ^ 1);
        assertThat(Pattern.matches(body, 5, 0)).isFalse();
    }
}
