package dev.adit.connector.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a configuration file is looked for when none is named: cloudflared's directories and names, in its order. */
public final class ConfigFile {
    private static final List<String> NAMES = List.of("config.yml", "config.yaml");

    private ConfigFile() {}

    /** The directories, those below the home directory of {@code environment} first. */
    public static List<Path> directories(Map<String, String> environment) {
        List<Path> directories = new ArrayList<>();
        String home = environment.get("HOME");
        if (home != null && !home.isEmpty()) {
            for (String name : List.of(".cloudflared", ".cloudflare-warp", "cloudflare-warp")) {
                directories.add(Path.of(home, name));
            }
        }
        directories.add(Path.of("/etc/adit"));
        directories.add(Path.of("/etc/cloudflared"));
        directories.add(Path.of("/usr/local/etc/cloudflared"));
        return directories;
    }

    /** Where a file is looked for, as text. */
    public static String places(Map<String, String> environment) {
        return String.join(" or ", NAMES) + " in "
                + directories(environment).stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /** The first file that is there; null if none is. Files are never merged. */
    public static @Nullable Path find(List<Path> directories) {
        for (Path directory : directories) {
            for (String name : NAMES) {
                Path file = directory.resolve(name);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        return null;
    }
}
