package dev.adit.edgesim.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * How to start the connector's program.
 *
 * @param classPath class path with the connector and all it needs
 * @param mainClass its main class
 */
record ConnectorCommand(String classPath, String mainClass) {
    /** Set by the start script; without it the connector is expected on our own class path. */
    static final String CLASS_PATH_PROPERTY = "adit.connector.classpath";

    private static final String MAIN_CLASS = "dev.adit.connector.app.Main";

    static ConnectorCommand installed() {
        return new ConnectorCommand(
                System.getProperty(CLASS_PATH_PROPERTY, System.getProperty("java.class.path", "")), MAIN_CLASS);
    }

    /** The command line for one tunnel with two connections to {@code edge}. */
    List<String> line(Path tokenFile, String edge, Path caFile) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                mainClass,
                "tunnel",
                "run",
                "--token-file",
                tokenFile.toString(),
                "--edge",
                edge,
                "--cacert",
                caFile.toString(),
                "--ha-connections",
                "2");
    }
}
