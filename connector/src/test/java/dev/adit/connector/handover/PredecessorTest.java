package dev.adit.connector.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoints;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PredecessorTest {
    private final MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
    private final List<String> successors = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> free = CompletableFuture.completedFuture(null);
    private final Path socket;

    PredecessorTest(@TempDir Path directory) {
        socket = directory.resolve("adit.sock");
    }

    @AfterEach
    void stop() {
        EventLoops.end(loops);
    }

    @Test
    void isFoundAndAskedToYield() throws IOException {
        AdminServer server = serve(endpoints());

        Predecessor found = Predecessor.find(socket);

        assertThat(found).isEqualTo(new Predecessor(socket, 4711));
        assertThat(successors).isEmpty();
        new Predecessor(socket, 4711).yieldTo(4712);
        assertThat(successors).containsExactly("4712");
        server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void isNotFoundWhereNoSocketIs() {
        assertThat(Predecessor.find(socket)).isNull();
    }

    @Test
    void isNotFoundBehindASocketThatADeadProcessLeft() throws IOException {
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();

        assertThat(socket).exists();
        assertThat(Predecessor.find(socket)).isNull();
    }

    @Test
    void isNotFoundBehindSomethingElse() throws IOException {
        Files.writeString(socket, "");
        assertThat(Predecessor.find(socket)).isNull();
        Files.delete(socket);

        AdminServer server = serve(new Endpoints());

        assertThat(Predecessor.find(socket)).isNull();
        assertThatThrownBy(() -> new Predecessor(socket, 1).yieldTo(2)).hasMessage("it answers 404");
        server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?pid=", "?pid=x", "?pid=1&pid=2", "?pid=12345678901", "?pid=%0a1"})
    void doesNotYieldToNobody(String query) throws IOException {
        AdminServer server = serve(endpoints());

        assertThat(AdminClient.of(server.address())
                        .ask("POST", "/takeover" + query, Waiting.LIMIT)
                        .status())
                .isEqualTo(400);
        assertThat(successors).isEmpty();
        server.close(Waiting.LIMIT).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void socketIsOfOneTunnelAndNotTooLong() {
        UUID tunnel = new UUID(1, 2);

        assertThat(Predecessor.socket(Path.of("/run/adit"), tunnel))
                .isEqualTo(Path.of("/run/adit/adit-00000000-0000-0001-0000-000000000002.sock"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Predecessor.socket(Path.of("/" + "x".repeat(70)), tunnel))
                .withMessageStartingWith("the path of a socket has at most 107 bytes, which /xxx");
    }

    private Endpoints endpoints() {
        return Predecessor.endpoints(4711, successor -> {
            successors.add(successor);
            return free;
        });
    }

    private AdminServer serve(Endpoints endpoints) throws IOException {
        return AdminServer.open(new AdminAddress.Unix(socket), endpoints, Transport.best(), loops.next());
    }
}
