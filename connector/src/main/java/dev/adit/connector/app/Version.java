package dev.adit.connector.app;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What this program calls itself. */
final class Version {
    private Version() {}

    /** The release, or {@code DEV} when it does not run from a jar. */
    static String text() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "DEV" : version;
    }

    /** When it was built, from the manifest, or {@code unknown} when it does not run from a jar. */
    static String built() {
        URL self = Version.class.getResource("Version.class");
        try {
            if (self != null && self.openConnection() instanceof JarURLConnection jar) {
                String time = jar.getMainAttributes().getValue("Build-Time");
                if (time != null) {
                    return time;
                }
            }
        } catch (IOException e) {
            // A version must be told whatever becomes of the jar.
        }
        return "unknown";
    }

    /** Operating system and processor in the words that edges know, such as {@code linux_amd64}. */
    static String arch() {
        String os = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "darwin" : os.split(" ", 2)[0]) + "_"
                + cpu.replace("x86_64", "amd64").replace("aarch64", "arm64");
    }
}
