package dev.adit.e2e.programs;

import dev.adit.edgesim.EdgeSim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A service of a machine that systemd runs.
 *
 * @param node the machine
 * @param name of the service
 */
record NodeService(SystemdNode node, String name) {
    /** Where the certificate of the edge's authority is put. */
    private static final String CA = "opt/ca.pem";

    /** Makes it dial {@code sim}, once it is installed; {@code more} are lines of its unit. */
    void dial(EdgeSim sim, String... more) throws IOException {
        Files.writeString(node.file(CA), sim.caPem());
        Path directory = Files.createDirectories(node.file("etc/systemd/system/" + name + ".service.d"));
        Files.writeString(
                directory.resolve("edge.conf"), """
                [Service]
                Environment=TUNNEL_EDGE=127.0.0.1:%d TUNNEL_CACERT=/%s
                %s
                """.formatted(sim.ports().tunnel(), CA, String.join("\n", more)));
    }

    /** Asks systemd for {@code operation} and waits until it is done. */
    void control(String operation) {
        node.command("systemctl", operation, name).run().ok();
    }

    /** What systemd knows of it. */
    String property(String property) {
        return node.command("systemctl", "show", name, "--value", "-p", property)
                .run()
                .ok()
                .text()
                .strip();
    }

    /** Waits for up to a minute until {@code property} matches {@code pattern}, one of bash's. */
    void await(String property, String pattern) {
        node.command("timeout", "60", "bash", "-c", """
                until [[ $(systemctl show "$0" --value -p "$1") == $2 ]]; do sleep 0.2; done""", name, property, pattern)
                .run()
                .ok();
    }
}
