package dev.adit.edgesim.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TwoChoicesTest {
    private final TwoChoices<AtomicInteger> choices = new TwoChoices<>(new Random(4), AtomicInteger::get);

    @Test
    void hasNothingToChooseFromNothing() {
        assertThat(choices.pick(List.of())).isNull();
    }

    @Test
    void takesTheOnlyOne() {
        AtomicInteger only = new AtomicInteger(7);

        assertThat(choices.pick(List.of(only))).isSameAs(only);
    }

    @Test
    void takesTheOneOfTwoThatHasLessToDo() {
        AtomicInteger busy = new AtomicInteger(2);
        AtomicInteger idle = new AtomicInteger(1);

        assertThat(IntStream.range(0, 100).mapToObj(i -> choices.pick(List.of(busy, idle))))
                .allSatisfy(picked -> assertThat(picked).isSameAs(idle));
    }

    @Test
    void usesAllThatHaveAsMuchToDo() {
        List<AtomicInteger> all = Stream.generate(AtomicInteger::new).limit(4).toList();

        List<AtomicInteger> picked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            picked.add(choices.pick(all));
        }

        assertThat(all)
                .allSatisfy(one ->
                        assertThat(picked).filteredOn(other -> other == one).hasSizeBetween(10, 50));
    }

    @Test
    void neverTakesTheBusiestOfThree() {
        AtomicInteger busiest = new AtomicInteger(9);
        List<AtomicInteger> all = List.of(new AtomicInteger(1), busiest, new AtomicInteger(2));

        assertThat(IntStream.range(0, 100).mapToObj(i -> choices.pick(all)))
                .noneSatisfy(picked -> assertThat(picked).isSameAs(busiest));
    }

    @Test
    void keepsTheLoadEvenWhileNothingEnds() {
        List<AtomicInteger> all = Stream.generate(AtomicInteger::new).limit(4).toList();

        for (int i = 0; i < 400; i++) {
            Objects.requireNonNull(choices.pick(all)).incrementAndGet();
        }

        assertThat(all).allSatisfy(one -> assertThat(one.get()).isBetween(95, 105));
    }

    @Test
    void choosesTheSameAgainWithTheSameSeed() {
        List<AtomicInteger> all = Stream.generate(AtomicInteger::new).limit(8).toList();

        assertThat(drawn(all, 1)).isEqualTo(drawn(all, 1)).isNotEqualTo(drawn(all, 2));
    }

    private static List<Integer> drawn(List<AtomicInteger> all, long seed) {
        TwoChoices<AtomicInteger> seeded = new TwoChoices<>(new Random(seed), AtomicInteger::get);
        return IntStream.range(0, 50)
                .map(i -> all.indexOf(seeded.pick(all)))
                .boxed()
                .toList();
    }
}
