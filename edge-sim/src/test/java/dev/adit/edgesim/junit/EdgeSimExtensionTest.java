package dev.adit.edgesim.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.fault.Fault;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class EdgeSimExtensionTest {
    @RegisterExtension
    static final EdgeSimExtension SHARED = EdgeSimExtension.withTunnel("ci", "ci.example.test", "www.example.test");

    @RegisterExtension
    final EdgeSimExtension own = EdgeSimExtension.withTunnel("own");

    private final Map<String, String> published = new HashMap<>();

    @Test
    void runsForTheTestsOfTheClassAndForOne() {
        assertThat(SHARED.sim().token("ci")).isNotEmpty();
        assertThat(own.sim().token("own")).isNotEmpty();
        assertThat(own.sim().ports()).isNotEqualTo(SHARED.sim().ports());
    }

    /** The simulator of the class is that of the classes in it. */
    @Nested
    class Inside {
        @Test
        void findsTheSimulatorOfTheOuterClass() {
            assertThat(SHARED.sim().token("ci")).isNotEmpty();
        }
    }

    @Test
    void isClosedByWhatStartedItOnly() throws Exception {
        EdgeSimExtension extension = EdgeSimExtension.withTunnel("a", "a.example");

        extension.beforeAll(context("class", null));
        EdgeSim sim = extension.sim();
        extension.beforeEach(context("test", null));
        extension.afterEach(context("test", null));
        extension.beforeAll(context("nested", null));
        extension.afterAll(context("nested", null));
        assertThat(extension.sim()).isSameAs(sim);
        extension.afterAll(context("class", null));

        assertThatThrownBy(extension::sim)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
        assertThatThrownBy(() ->
                        new Socket(InetAddress.getLoopbackAddress(), sim.ports().http()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void reportsTheLastRequestsAndTheFaultsOfATestThatFailed() throws Exception {
        EdgeSimExtension extension = EdgeSimExtension.withTunnel("a", "a.example");
        extension.beforeEach(context("good", null));
        extension.afterEach(context("good", null));
        assertThat(published).isEmpty();

        extension.beforeEach(context("bad", null));
        EdgeSim sim = extension.sim();
        sim.client()
                .send(
                        HttpRequest.newBuilder(URI.create("http://a.example/path"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        sim.takeRequest(Duration.ofSeconds(10));
        sim.inject(new Fault.Goaway());
        extension.afterEach(context("bad", new AssertionError("failed")));

        assertThat(published)
                .hasEntrySatisfying(
                        "edge-sim.requests", text -> assertThat(text).startsWith("GET a.example/path 530 "))
                .hasEntrySatisfying("edge-sim.faults", text -> assertThat(text).contains("goaway", "STARTED", "ENDED"));
    }

    private ExtensionContext context(String id, @Nullable Throwable failure) {
        return (ExtensionContext) Proxy.newProxyInstance(
                ExtensionContext.class.getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getUniqueId" -> id;
                    case "getExecutionException" -> Optional.ofNullable(failure);
                    case "publishReportEntry" ->
                        published.put(String.valueOf(arguments[0]), String.valueOf(arguments[1]));
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
