package dev.adit.edgesim.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start the connector's program.
 *
 * @param jvmOptions options of its JVM
 * @param classPath class path with the connector and all it needs
 * @param mainClass its main class
 */
public record ConnectorCommand(List<String> jvmOptions, String classPath, String mainClass) {
    /** Set by the start script; without it the connector is expected on our own class path. */
    static final String CLASS_PATH_PROPERTY = "adit.connector.classpath";

    /** Set by the start script: options of the connector's JVM, with spaces between them. */
    static final String JVM_OPTIONS_PROPERTY = "adit.connector.options";

    private static final String MAIN_CLASS = "dev.adit.connector.app.Main";

    /** The connector that came with this simulator. */
    public static ConnectorCommand installed() {
        String options = System.getProperty(JVM_OPTIONS_PROPERTY, "");
        return new ConnectorCommand(
                options.isBlank() ? List.of() : List.of(options.trim().split("\\s+")),
                System.getProperty(CLASS_PATH_PROPERTY, System.getProperty("java.class.path", "")),
                MAIN_CLASS);
    }

    /** The same with one more option of the JVM, which wins over those before it. */
    public ConnectorCommand with(String jvmOption) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.add(jvmOption);
        return new ConnectorCommand(List.copyOf(options), classPath, mainClass);
    }

    /** The command line for one tunnel with two connections to {@code edge}. */
    List<String> line(Path tokenFile, String edge, Path caFile) {
        List<String> line = line();
        line.addAll(List.of("--token-file", tokenFile.toString()));
        line.addAll(List.of("--edge", edge, "--cacert", caFile.toString(), "--ha-connections", "2"));
        return line;
    }

    /** The command line up to and with {@code tunnel run}, to be added to. */
    public List<String> line() {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(jvmOptions);
        line.addAll(List.of("-cp", classPath, mainClass, "tunnel", "--no-prechecks", "run"));
        return line;
    }
}
