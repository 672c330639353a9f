package dev.adit.edgesim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultDeskTest {
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final RecordedEdge edge = new RecordedEdge();
    private FaultDesk desk;

    @BeforeEach
    void start() {
        clock.freezeTime();
        desk = new FaultDesk(
                new TunnelDirectory(List.of(TunnelSpec.parse("jenkins=ci.example"))),
                edge,
                clock.eventLoop(),
                new SplittableRandom(1));
    }

    @AfterEach
    void stop() {
        clock.finishAndReleaseAll();
    }

    @Test
    void tellsWhenAFaultBeginsAndEnds() {
        List<String> heard = new ArrayList<>();
        desk.addListener(event -> heard.add(event.sequence() + " " + event.phase() + " " + event.fault() + " "
                + event.scope() + " " + event.atSinceStart().toMillis()));

        pass(1_000);
        FaultEvent event = desk.inject(FaultOrder.of(new Fault.BlackHole(Flow.BOTH))
                .in(new Scope.OfTunnel("jenkins"))
                .lasting(Duration.ofSeconds(5)));
        desk.inject(FaultOrder.of(new Fault.Goaway()));
        pass(4_999);
        assertThat(heard).hasSize(3);
        pass(1);

        assertThat(heard)
                .containsExactly(
                        "1 STARTED black-hole tunnel/jenkins 1000",
                        "2 STARTED goaway all 1000",
                        "2 ENDED goaway all 1000",
                        "1 ENDED black-hole tunnel/jenkins 6000");
        assertThat(desk.events()).hasSize(4).startsWith(event);
    }

    @Test
    void healsOneFaultOrAll() {
        long first = desk.inject(FaultOrder.of(new Fault.StallReads())).sequence();
        desk.inject(FaultOrder.of(new Fault.TinyWindows(64)));

        assertThat(desk.heal(first)).isTrue();
        assertThat(desk.heal(first)).isFalse();
        assertThat(ended()).containsExactly("stall-reads");
        desk.heal();
        desk.heal();

        assertThat(ended()).containsExactly("stall-reads", "tiny-windows");
    }

    @Test
    void endsAFaultThatWasHealedOnlyOnce() {
        desk.inject(FaultOrder.of(new Fault.StallReads()).lasting(Duration.ofSeconds(1)));
        desk.heal();
        pass(1_000);

        assertThat(ended()).containsExactly("stall-reads");
    }

    @Test
    void refusesAScopeThatIsNotThere() {
        FaultOrder order = FaultOrder.of(new Fault.StallReads());

        assertThatThrownBy(() -> desk.inject(order.in(new Scope.OfTunnel("nobody"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no tunnel is called nobody");
        assertThatThrownBy(() -> desk.inject(order.in(new Scope.OfRegion("atlantis"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no region is called atlantis");
        assertThat(desk.events()).isEmpty();
    }

    @Test
    void takesARegionAwayAndBringsItBack() {
        FaultOrder order = FaultOrder.of(new Fault.RegionLoss()).in(new Scope.OfRegion("region2"));
        long first = desk.inject(order).sequence();
        long second = desk.inject(order).sequence();
        assertThat(edge.calls).containsExactly("region2 down", "region2 down");

        desk.heal(first);
        assertThat(edge.calls).hasSize(2);
        desk.heal(second);
        assertThat(edge.calls).endsWith("region2 up").hasSize(3);
    }

    @Test
    void takesOneRegionAwayIfNoneIsNamed() {
        desk.inject(FaultOrder.of(new Fault.RegionLoss()).lasting(Duration.ofSeconds(1)));
        pass(1_000);

        String region = edge.calls.get(0).replace(" down", "");
        assertThat(edge.calls).containsExactly(region + " down", region + " up");
    }

    @Test
    void showsTheCertificateOfTheLatestFaultThatLasts() {
        desk.inject(FaultOrder.of(new Fault.SkewedCertificate()));
        long expired =
                desk.inject(FaultOrder.of(new Fault.ExpiredCertificate())).sequence();
        desk.heal(expired);
        desk.heal();

        assertThat(edge.calls)
                .containsExactly(
                        "certificate NOT_YET_VALID",
                        "certificate EXPIRED",
                        "certificate NOT_YET_VALID",
                        "certificate VALID");
    }

    @Test
    void playsAPlanWhenItsOrdersAreDue() {
        List<TimedOrder> expected = FaultPlan.of(Profile.MIXED, 7).until(Duration.ofMinutes(1));
        ProfilePlayer player = new ProfilePlayer(desk, clock.eventLoop());

        player.play(FaultPlan.of(Profile.MIXED, 7));
        pass(59_999);

        assertThat(started()).isEqualTo(lines(expected));
        player.stop();
        pass(60_000);
        assertThat(started()).hasSameSizeAs(expected);
    }

    @Test
    void playsNothingWhenAllIsCalm() {
        new ProfilePlayer(desk, clock.eventLoop()).play(FaultPlan.of(Profile.CALM, 7));
        pass(600_000);

        assertThat(desk.events()).isEmpty();
    }

    private List<String> ended() {
        return desk.events().stream()
                .filter(event -> event.phase() == FaultEvent.Phase.ENDED)
                .map(FaultEvent::fault)
                .toList();
    }

    private List<String> started() {
        return desk.events().stream()
                .filter(event -> event.phase() == FaultEvent.Phase.STARTED)
                .map(event -> event.atSinceStart().toMillis() + " " + event.fault())
                .toList();
    }

    private static List<String> lines(List<TimedOrder> orders) {
        return orders.stream()
                .map(order ->
                        order.at().toMillis() + " " + order.order().fault().name())
                .toList();
    }

    // In steps of a millisecond: a task that is scheduled by another in the same step counts from the step's end.
    private void pass(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            clock.runScheduledPendingTasks();
        }
    }
}
