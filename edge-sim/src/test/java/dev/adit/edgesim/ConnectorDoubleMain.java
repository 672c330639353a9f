package dev.adit.edgesim;

import dev.adit.connector.wire.TunnelToken;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** A connector program that takes the connector's options and answers every request itself. */
public final class ConnectorDoubleMain {
    private ConnectorDoubleMain() {}

    /** Registers two connections and serves until it is killed. */
    public static void main(String[] args) throws Exception {
        List<String> options = List.of(args);
        TunnelToken token = TunnelToken.parse(Files.readString(Path.of(after(options, "--token-file"))));
        String[] edge = after(options, "--edge").split(":", -1);
        X509Certificate ca;
        try (InputStream in = Files.newInputStream(Path.of(after(options, "--cacert")))) {
            ca = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        List<ConnectorDouble> connections = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(after(options, "--ha-connections")); i++) {
            ConnectorDouble connection = ConnectorDouble.dial(Integer.parseInt(edge[1]), ca);
            connection.serve(stream -> stream.answer("served by a double, host " + stream.header(":authority")));
            connection.register(token, i, ConnectorDouble.CLIENT);
            connections.add(connection);
        }
        connections.get(0).whenClosed().join();
    }

    private static String after(List<String> options, String name) {
        return options.get(options.indexOf(name) + 1);
    }
}
