package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.handover.Predecessor;
import dev.adit.connector.handover.ServiceManager;
import dev.adit.connector.status.ConnectionBoard;
import dev.adit.connector.supervise.Announcements;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that takes over from another one, which holds its socket and its address. */
@Timeout(120)
final class LifeCycleTest {
    /** The number of the process that serves, and of the one that takes over. */
    private static final long OTHER = 4711;

    private static final long SELF = 4712;

    private static final EdgeAddress EDGE = new EdgeAddress("edge.example", 7844);
    private static final Registered WORDS = new Registered(new UUID(3, 4), "ams01", false);

    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private final ConnectionBoard board = new ConnectionBoard(4, Clock.systemUTC());
    private final List<String> successors = new CopyOnWriteArrayList<>();
    private final Path directory;
    private final Path socket;
    private final LifeOptions options;
    private final ServerSocket taken;
    private final AdminServer other;
    private final AtomicInteger refusals = new AtomicInteger();
    private final LocalServers servers;
    private final LifeCycle life;
    private final TunnelEvents events;

    LifeCycleTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        socket = directory.resolve("adit.sock");
        options = new LifeOptions(socket, true, null);
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LocalServers.LoopOf loop = new LocalServers.LoopOf(Transport.best(), loops.next());
        other = AdminServer.open(
                new AdminAddress.Unix(socket),
                Predecessor.endpoints(OTHER, successor -> {
                    successors.add(successor);
                    return refusals.getAndDecrement() > 0
                            ? CompletableFuture.failedFuture(new IllegalStateException("not now"))
                            : CompletableFuture.completedFuture(null);
                }),
                loop.transport(),
                loop.loop());
        AdminAddress address = new AdminAddress.Tcp(taken.getInetAddress().getHostAddress(), taken.getLocalPort());
        servers = new LocalServers(
                new LocalServers.Places(address, socket),
                new Endpoints(),
                Predecessor.endpoints(SELF, successor -> CompletableFuture.completedFuture(null)),
                loop);
        life = new LifeCycle(options, board::status, servers, new ServiceManager(Map.of()));
        events = new Announcements(List.of(board, life));
    }

    @BeforeEach
    void start() throws IOException {
        life.start();
    }

    @AfterEach
    void stop() throws IOException {
        taken.close();
        other.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
        servers.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
        life.close();
        EventLoops.end(loops);
    }

    @Test
    void takesOverWhenAllAreRegistered() throws Exception {
        register(0, 1, 2);
        settle();
        assertThat(successors).isEmpty();

        register(3);
        settle();

        assertThat(successors).hasSize(1);
    }

    @Test
    void asksAgainWhereTheOtherOneDoesNotYield() throws Exception {
        refusals.set(2);
        register(0, 1, 2, 3);

        Waiting.until("it yields", () -> successors.size() == 3);
        settle();
        taken.close();
        Waiting.until("people and programs are served", () -> servers.address() != null);
    }

    @Test
    void takesOverWhenAsManyAreRegisteredAsTheEdgeHasAddresses() throws Exception {
        events.limited(2);
        register(0);
        settle();
        assertThat(successors).isEmpty();

        register(1);
        settle();

        assertThat(successors).hasSize(1);
    }

    @Test
    void countsTheReplacementOfAConnectionThatGoesAway() throws Exception {
        register(0, 1, 2);
        events.goingAway(0);
        register(0);
        events.ended(0, new TunnelEnd.Drained());
        settle();
        assertThat(successors).isEmpty();

        register(3);
        settle();

        assertThat(successors).hasSize(1);
    }

    @Test
    void takesOverFromNobodyWhenItIsAboutToEnd() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        life.worker().submit(() -> told.await(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS));
        register(0, 1, 2, 3);

        events.draining();
        told.countDown();
        settle();

        assertThat(successors).isEmpty();
    }

    @Test
    void takesOverFromNobodyWhenARegistrationComesAfterItWasToldToEnd() throws Exception {
        events.limited(1);
        events.draining();

        register(0);
        settle();

        assertThat(successors).isEmpty();
    }

    @Test
    void givesTheServiceBackWhenItIsToldToEndWhileSystemdIsTold() throws Exception {
        Path held = directory.resolve("held");
        assertThat(new ProcessBuilder("mkfifo", held.toString()).start().waitFor())
                .isZero();
        ServiceManager manager = systemd("case \"$1\" in MAINPID*) if [ -p '" + held + "' ]; then cat '" + held
                + "'; rm '" + held + "'; fi;; esac");
        LifeCycle young = new LifeCycle(options, board::status, servers, manager);
        TunnelEvents both = new Announcements(List.of(board, young));
        young.start();
        both.limited(1);
        both.registered(0, EDGE, WORDS);
        String ours = "MAINPID=" + ProcessHandle.current().pid();
        Waiting.until("systemd is being told", () -> said().contains(ours));

        both.draining();
        Files.newOutputStream(held).close();
        young.worker().submit(() -> {}).get(30, TimeUnit.SECONDS);
        young.close();

        assertThat(successors).isEmpty();
        assertThat(said().stream().filter(line -> line.startsWith("MAINPID=")))
                .containsExactly(ours, "MAINPID=" + OTHER);
    }

    @Test
    void tellsSystemdOnlyWhatIsNew() throws Exception {
        ServiceManager manager = systemd("");
        LifeCycle young = new LifeCycle(options, board::status, servers, manager);
        TunnelEvents both = new Announcements(List.of(board, young));
        young.start();

        both.registered(0, EDGE, WORDS);
        both.dialing(1, EDGE);
        both.ended(1, new TunnelEnd.Drained());
        both.goingAway(0);
        both.registered(0, EDGE, WORDS);
        both.ended(0, new TunnelEnd.Drained());
        young.close();

        assertThat(said())
                .containsExactly(
                        "STATUS=1 of 4 connections to the edge are registered",
                        "STATUS=0 of 4 connections to the edge are registered",
                        "STATUS=1 of 4 connections to the edge are registered");
    }

    @Test
    void listensAsSoonAsTheAddressesAreFree() throws Exception {
        register(0, 1, 2, 3);
        settle();
        assertThat(servers.address()).isNull();

        taken.close();

        Waiting.until("people and programs are served", () -> servers.address() != null);
        assertThat(listening()).isEqualTo(OTHER);
        other.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
        Waiting.until("the next process can take over", () -> listening() == SELF);
    }

    @Test
    void nextProcessCanTakeOverThoughTheOtherAddressIsTaken() throws Exception {
        other.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();

        register(0, 1, 2, 3);

        Waiting.until("the next process can take over", () -> listening() == SELF);
        assertThat(servers.address()).isNull();
    }

    @Test
    void listensNowhereOnceItYielded() throws Exception {
        register(0, 1, 2, 3);
        settle();
        servers.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
        taken.close();
        other.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();

        String missing =
                life.worker().submit(() -> String.valueOf(servers.openMore())).get(30, TimeUnit.SECONDS);

        assertThat(missing).isEqualTo("null");
        assertThat(servers.address()).isNull();
        assertThat(socket).doesNotExist();
    }

    /** The process that can be taken over from; -1 for none. */
    private long listening() {
        Predecessor found = Predecessor.find(socket);
        return found == null ? -1 : found.pid();
    }

    /** A manager whose program writes down what it is given, a line each, and then does {@code more}. */
    private ServiceManager systemd(String more) throws IOException {
        Path program = Files.writeString(
                directory.resolve("notify"),
                "#!/bin/sh\nfor line in \"$@\"; do echo \"$line\"; done >> '" + directory.resolve("said") + "'\n" + more
                        + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new ServiceManager(Map.of("NOTIFY_SOCKET", "@x"), program.toString());
    }

    /** What systemd heard so far. */
    private List<String> said() {
        Path said = directory.resolve("said");
        try {
            return Files.exists(said) ? Files.readAllLines(said) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register(int... indexes) {
        for (int index : indexes) {
            events.registered(index, EDGE, WORDS);
        }
    }

    /** Waits until all is done that was begun. */
    private void settle() throws Exception {
        life.worker().submit(() -> {}).get(30, TimeUnit.SECONDS);
    }
}
