package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.region.ListenAddress;
import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.region.Regions;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An edge with two regions of two addresses each. */
@Timeout(60)
class RegionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<ConnectorDouble> connectors = new ArrayList<>();
    private EdgeSim sim;
    private List<InetSocketAddress> edge;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                        TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN))
                .withEdge(EdgeOptions.defaults()
                        .withRegions(List.of(
                                RegionSpec.parse("east=127.0.0.1:0,127.0.0.2:0", 1),
                                RegionSpec.parse("west=127.0.0.3:0,127.0.0.4:0", 2)))));
        edge = sim.tunnelAddresses();
    }

    @AfterEach
    void stop() {
        connectors.forEach(ConnectorDouble::close);
        sim.close();
    }

    @Test
    void listensAtAllAddresses() {
        assertThat(edge.stream().map(address -> address.getAddress().getHostAddress()))
                .containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4");
        assertThat(edge.get(1).getPort()).isEqualTo(edge.get(0).getPort());
        assertThat(sim.ports().tunnel()).isEqualTo(edge.get(0).getPort());
        assertThat(sim.regions().names()).containsExactly("east", "west");
        assertThat(sim.regions().regionOf(edge.get(3))).isEqualTo("west");
    }

    @Test
    void tellsWhereEachConnectionIs() throws Exception {
        Instant before = Instant.now();
        for (int i = 0; i < 4; i++) {
            register(edge.get(i), i);
        }

        List<TunnelSession> sessions = sim.awaitServing("golden", 4, LIMIT).get(10, TimeUnit.SECONDS);

        assertThat(sessions.stream().map(session -> session.site().region()))
                .containsExactly("east", "east", "west", "west");
        assertThat(sessions.stream().map(session -> session.site().location()))
                .containsExactly("SIM01", "SIM01", "SIM02", "SIM02");
        assertThat(sessions.stream().map(TunnelSession::edgeAddress)).containsExactlyElementsOf(edge);
        assertThat(sessions.stream().map(TunnelSession::id)).doesNotHaveDuplicates();
        assertThat(sessions).allSatisfy(session -> {
            assertThat(session.remoteAddress().getAddress().isLoopbackAddress()).isTrue();
            assertThat(session.registeredAt()).isBetween(before, Instant.now());
        });
    }

    @Test
    void tellsTheConnectorItsLocation() throws Exception {
        ConnectorDouble connector = ConnectorDouble.dial(edge.get(2), ConnectorDouble.trusting(sim.ca()));
        connectors.add(connector);
        connector.register(ConnectorDouble.GOLDEN_TOKEN, 0, ConnectorDouble.CLIENT);
        connector.nextRpc();

        assertThat(text(connector.nextRpc())).contains("SIM02");
    }

    @Test
    void refusesASecondConnectionToTheSameAddress() throws Exception {
        register(edge.get(0), 0);

        assertThat(register(edge.get(0), 1)).contains("EDUPCONN");
        assertThat(register(edge.get(1), 1)).contains("SIM01");
        // The old connection of that index may be dead without the edge knowing.
        assertThat(register(edge.get(2), 1)).contains("SIM02");
        assertThat(sim.awaitServing("golden", 3, LIMIT).get(10, TimeUnit.SECONDS))
                .hasSize(3);
    }

    @Test
    void letsAnotherConnectorHaveTheSameAddress() throws Exception {
        register(edge.get(0), 0);
        ConnectorDouble other = ConnectorDouble.dial(edge.get(0), ConnectorDouble.trusting(sim.ca()));
        connectors.add(other);
        other.register(ConnectorDouble.GOLDEN_TOKEN, 0, UUID.fromString("11111111-2222-4333-8444-555555555555"));
        other.nextRpc();

        assertThat(text(other.nextRpc())).contains("SIM01");
    }

    @Test
    void losesARegionAndGetsItBack() throws Exception {
        register(edge.get(0), 0);
        register(edge.get(2), 1);
        sim.awaitServing("golden", 2, LIMIT).get(10, TimeUnit.SECONDS);

        onLoop(regions -> regions.down("west"));
        connectors.get(1).whenClosed().get(10, TimeUnit.SECONDS);

        assertThat(canDial(edge.get(2))).isFalse();
        assertThat(canDial(edge.get(3))).isFalse();
        assertThat(canDial(edge.get(1))).isTrue();
        assertThat(connectors.get(0).whenClosed()).isNotDone();

        onLoop(regions -> regions.up("west"));

        assertThat(sim.tunnelAddresses()).isEqualTo(edge);
        assertThat(canDial(edge.get(3))).isTrue();
        assertThat(register(edge.get(2), 1)).contains("SIM02");
    }

    @Test
    void comesBackEvenAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            onLoop(regions -> regions.down("east").thenCompose(closed -> regions.up("east")));
            onLoop(regions -> {
                regions.down("east");
                return regions.up("east");
            });

            assertThat(canDial(edge.get(0))).isTrue();
            assertThat(canDial(edge.get(1))).isTrue();
        }
    }

    @Test
    void losesARegionAsAFault() throws Exception {
        register(edge.get(0), 0);
        register(edge.get(2), 1);

        sim.inject(FaultOrder.of(new Fault.RegionLoss()));

        CompletableFuture.anyOf(
                        connectors.get(0).whenClosed(), connectors.get(1).whenClosed())
                .get(10, TimeUnit.SECONDS);
        sim.heal();
        for (InetSocketAddress address : edge) {
            awaitDialable(address);
        }
    }

    @Test
    void knowsNoOtherRegion() {
        assertThatThrownBy(() -> sim.regions().isUp("north"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no region is called north");
    }

    @Test
    void measuresTheRoundTrip() throws Exception {
        register(edge.get(0), 0);
        TunnelSession session =
                sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS).get(0);

        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (session.roundTrip() == null && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }

        assertThat(session.roundTrip()).isPositive().isLessThan(LIMIT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "east                          | expected NAME=ADDRESS:PORT",
                "=127.0.0.1:1                  | expected NAME=ADDRESS:PORT",
                "East=127.0.0.1:1              | region name must be lower-case",
                "east=127.0.0.1                | expected ADDRESS:PORT, was '127.0.0.1'",
                "east=127.0.0.1:65536          | expected ADDRESS:PORT",
                "east=127.0.0.1:1,127.0.0.2:2  | need the same port",
                "east=no.such.host.invalid:1   | not an address of this machine"
            })
    void refusesABadRegion(String text, String message) {
        assertThatThrownBy(() -> RegionSpec.parse(text, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsAnIpv6Address() {
        RegionSpec six = RegionSpec.parse("six=[::1]:7844", 3);

        assertThat(six.addresses()).singleElement().satisfies(address -> {
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            assertThat(ListenAddress.text(address)).isEqualTo("[0:0:0:0:0:0:0:1]:7844");
        });
        assertThat(six.site().location()).isEqualTo("SIM03");
    }

    // The answer to the registration.
    private String register(InetSocketAddress address, int connIndex) throws Exception {
        ConnectorDouble connector = ConnectorDouble.dial(address, ConnectorDouble.trusting(sim.ca()));
        connectors.add(connector);
        connector.register(ConnectorDouble.GOLDEN_TOKEN, connIndex, ConnectorDouble.CLIENT);
        connector.nextRpc();
        return text(connector.nextRpc());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void onLoop(Function<Regions, CompletableFuture<Void>> change) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        sim.loop()
                .execute(() -> change.apply(sim.regions()).whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else {
                        done.complete(null);
                    }
                }));
        done.get(10, TimeUnit.SECONDS);
    }

    private static boolean canDial(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 10_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitDialable(InetSocketAddress address) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!canDial(address)) {
            assertThat(System.nanoTime()).as("time to dial " + address).isLessThan(deadline);
        }
    }
}
