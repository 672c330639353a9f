package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.logging.LoggedLines;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class EdgeAddressesTest {
    private static final EdgeAddress A = new EdgeAddress("192.0.2.1", 1);
    private static final EdgeAddress B = new EdgeAddress("192.0.2.2", 1);
    private static final EdgeRegions BOTH = new EdgeRegions(List.of(A), List.of(B));

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Deque<CompletableFuture<EdgeRegions>> asked = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final EdgeAddresses addresses = new EdgeAddresses(
            () -> {
                CompletableFuture<EdgeRegions> answer = new CompletableFuture<>();
                asked.add(answer);
                return answer;
            },
            IpVersion.AUTO,
            channel.eventLoop());

    @Test
    void looksUpOnceForAllThatWait() {
        take(0);
        take(1);
        assertThat(heard).isEmpty();
        assertThat(asked).hasSize(1);

        answer(BOTH);

        assertThat(heard).containsExactlyInAnyOrder("192.0.2.1:1", "192.0.2.2:1");
        take(0);
        assertThat(heard).hasSize(3).last().isEqualTo(heard.get(0));
        assertThat(asked).isEmpty();
    }

    @Test
    void saysWhyThereIsNoAddressAndAsksAgainTheNextTime() {
        take(0);
        asked.remove().completeExceptionally(new IllegalStateException("no DNS"));
        channel.runPendingTasks();
        assertThat(heard).containsExactly("NO_ADDRESS no DNS");

        take(0);
        answer(BOTH);

        assertThat(heard).hasSize(2).last().asString().startsWith("192.0.2.");
    }

    @Test
    void asksAgainWhenAsManyDialsFailedAsThereAreAddressesAndLetsNobodyWait() {
        take(0);
        answer(BOTH);
        addresses.leave(0, true);
        take(0);
        assertThat(asked).isEmpty();
        addresses.leave(0, true);

        take(0);
        take(1);

        assertThat(asked).hasSize(1);
        assertThat(heard).hasSize(4);
        answer(new EdgeRegions(List.of(new EdgeAddress("192.0.2.3", 1)), List.of()));
        take(0);
        assertThat(heard).last().isEqualTo("192.0.2.3:1");
    }

    @Test
    void keepsOldAddressesWhenNewOnesAreNotFound() {
        take(0);
        answer(BOTH);
        addresses.leave(0, true);
        take(0);
        addresses.leave(0, true);
        take(0);

        asked.remove().completeExceptionally(new IllegalStateException("no DNS"));
        channel.runPendingTasks();
        take(0);

        assertThat(heard.get(3)).isEqualTo(heard.get(2)).isEqualTo(heard.get(0));
    }

    @Test
    void hasAsManyConnectionsToGiveAsItFoundAddresses() {
        assertThat(addresses.most()).isEqualTo(Integer.MAX_VALUE);
        take(0);
        answer(BOTH);

        assertThat(addresses.most()).isEqualTo(2);
    }

    @Test
    void saysOnceThatNoAddressIsLeftThatNobodyHas() {
        take(0);
        take(1);
        answer(BOTH);
        try (LoggedLines log = LoggedLines.of(EdgeAddresses.class)) {
            for (int i = 0; i < 4; i++) {
                addresses.leave(0, true);
                take(0);
            }

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("INF there are no free edge addresses left to resolve to");
        }
    }

    @Test
    void neitherLimitsNorLooksUpAddressesThatWereGiven() {
        EdgeAddresses given = new EdgeAddresses(new GivenEdges(BOTH), IpVersion.AUTO, channel.eventLoop());
        for (int i = 0; i < 5; i++) {
            given.take(0, address -> heard.add(address.toString()), failure -> heard.add(failure.detail()));
            channel.runPendingTasks();
            given.leave(0, true);
        }

        assertThat(given.most()).isEqualTo(Integer.MAX_VALUE);
        assertThat(heard).hasSize(5).allMatch(address -> address.startsWith("192.0.2."));
    }

    @Test
    void forgetsFailuresWhenAnAddressWorks() {
        take(0);
        answer(BOTH);
        addresses.leave(0, true);
        addresses.worked();
        take(0);
        addresses.leave(0, true);

        take(0);

        assertThat(asked).isEmpty();
        assertThat(heard).hasSize(3);
    }

    @Test
    void saysWhenThereIsNoAddressOfTheWantedFamily() {
        EdgeAddresses six =
                new EdgeAddresses(() -> CompletableFuture.completedFuture(BOTH), IpVersion.V6, channel.eventLoop());
        six.take(0, address -> heard.add(address.toString()), failure -> heard.add(failure.detail()));
        channel.runPendingTasks();

        assertThat(heard).containsExactly("the edge has no IPv6 address");
    }

    private void take(int connIndex) {
        addresses.take(
                connIndex,
                address -> heard.add(address.toString()),
                failure -> heard.add(failure.kind() + " " + failure.detail()));
    }

    private void answer(EdgeRegions regions) {
        asked.remove().complete(regions);
        channel.runPendingTasks();
    }
}
