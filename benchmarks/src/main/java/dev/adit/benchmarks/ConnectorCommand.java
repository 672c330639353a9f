package dev.adit.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * How a connector process is started.
 *
 * @param name what the report calls it
 * @param java the program
 * @param options JVM options after {@link #LAUNCHER_OPTIONS}
 */
record ConnectorCommand(String name, String java, List<String> options) {
    /** Those of the launcher script {@code adit}; a test holds the two together. */
    static final List<String> LAUNCHER_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms24m",
            "-XX:NewSize=10m",
            "-Xmx96m",
            "-XX:MaxDirectMemorySize=256m",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dio.netty.leakDetection.level=disabled",
            "-Dio.netty.allocator.type=pooled",
            "-Dio.netty.jfr.enabled=false",
            "-Dsun.misc.unsafe.memory.access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:CompileThresholdScaling=5");

    ConnectorCommand {
        options = List.copyOf(options);
    }

    /** Reads {@code NAME=[JAVA] OPTION...}, words apart by spaces; a word that starts with a slash is the program. */
    static ConnectorCommand parse(String text, String defaultJava) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("expected NAME=[JAVA] OPTION..., was '" + text + "'");
        }
        String java = defaultJava;
        List<String> options = new ArrayList<>();
        for (String word : text.substring(equals + 1).trim().split(" +", -1)) {
            if (word.startsWith("/") && options.isEmpty()) {
                java = word;
            } else if (!word.isEmpty()) {
                options.add(word);
            }
        }
        return new ConnectorCommand(text.substring(0, equals), java, options);
    }

    /** The whole command line; a {@code -cp} among the options replaces {@code classPath}. */
    List<String> line(String classPath, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(java);
        line.addAll(LAUNCHER_OPTIONS);
        line.addAll(List.of("-cp", classPath));
        line.addAll(options);
        line.add("dev.adit.connector.app.Main");
        line.addAll(arguments);
        return line;
    }
}
