package dev.adit.edgesim.junit;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PortInUseException;
import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.fault.FaultEvent;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts a simulator on free ports of loopback for the tests of a class, and closes it after them. In a static field with
 * {@code @RegisterExtension} it is one for the class and those nested in it, in an instance field one for each test. A
 * test may also have a parameter of type {@link EdgeSim}. The report of a test that failed gets the last requests and the faults.
 */
public final class EdgeSimExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final String REQUESTS_KEY = "edge-sim.requests";
    private static final String FAULTS_KEY = "edge-sim.faults";

    private final EdgeSimOptions options;
    private volatile @Nullable Running running;

    private EdgeSimExtension(EdgeSimOptions options) {
        this.options = options;
    }

    /** One tunnel that {@code hosts} lead to; what the connector does with their requests is its own affair. */
    public static EdgeSimExtension withTunnel(String name, String... hosts) {
        return withTunnels(TunnelSpec.of(name, List.of(hosts), null));
    }

    /** These tunnels. */
    public static EdgeSimExtension withTunnels(TunnelSpec... tunnels) {
        return withOptions(EdgeSimOptions.of(tunnels));
    }

    /** A simulator with {@code options}. */
    public static EdgeSimExtension withOptions(EdgeSimOptions options) {
        return new EdgeSimExtension(options);
    }

    /** The simulator; throws IllegalStateException while none runs. */
    public EdgeSim sim() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the simulator runs only during tests: is the field @RegisterExtension?");
        }
        return now.sim();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws PortInUseException {
        start(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws PortInUseException {
        start(context);
    }

    private void start(ExtensionContext context) throws PortInUseException {
        if (running == null) {
            running = new Running(EdgeSim.start(options), context.getUniqueId());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running now = running;
        if (now != null && context.getExecutionException().isPresent()) {
            publish(context, now.sim());
        }
        stop(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop(context);
    }

    private void stop(ExtensionContext context) {
        Running now = running;
        if (now != null && now.owner().equals(context.getUniqueId())) {
            running = null;
            now.sim().close();
        }
    }

    private static void publish(ExtensionContext context, EdgeSim sim) {
        List<PublicRequest> requests = sim.lastRequests();
        context.publishReportEntry(
                REQUESTS_KEY,
                requests.isEmpty()
                        ? "no public request ended"
                        : requests.stream().map(PublicRequest::line).collect(Collectors.joining("\n")));
        List<FaultEvent> faults = sim.faults();
        if (!faults.isEmpty()) {
            context.publishReportEntry(
                    FAULTS_KEY, faults.stream().map(FaultEvent::toString).collect(Collectors.joining("\n")));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EdgeSim.class;
    }

    @Override
    public EdgeSim resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return sim();
    }

    /** A simulator, and the id of the class or test that it was started for. */
    private record Running(EdgeSim sim, String owner) {}
}
