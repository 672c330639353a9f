package dev.adit.edgesim.demo;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.util.List;

/**
 * A service that the demo puts behind a tunnel of its own.
 *
 * @param name name of the service and of its tunnel
 * @param host public host name
 * @param port port on loopback where the service is, or where a stand-in takes its place
 */
record DemoService(String name, String host, int port) {
    /** The three that the demo is about, on the ports they use by themselves (Nexus: a neighbor of Jenkins'). */
    static List<DemoService> usual() {
        return List.of(
                new DemoService("jenkins", "jenkins.example.test", 8080),
                new DemoService("sonar", "sonar.example.test", 9000),
                new DemoService("nexus", "nexus.example.test", 8081));
    }

    TunnelSpec tunnel() {
        return TunnelSpec.of(name, List.of(host), "http://127.0.0.1:" + port);
    }
}
