package dev.adit.connector.app;

import dev.adit.connector.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files with secrets in them, and whether every user of the machine may read them. */
final class SecretFiles {
    private static final String PROXY = "edge-proxy";

    private SecretFiles() {}

    /** One sentence for each file that others may read; {@code configuration} counts if it holds a token or the like. */
    static List<String> warnings(Settings settings, @Nullable Path configuration) {
        List<String> warnings = new ArrayList<>();
        for (String name : List.of("token-file", "credentials-file", "api-token-file", "origincert")) {
            String file = settings.text(name);
            if (file != null && othersMayRead(Path.of(file))) {
                warnings.add(warning(settings.place(name) + ' ' + file));
            }
        }
        boolean holdsSecret = settings.origin("token") == Settings.Origin.FILE
                || settings.origin("credentials-contents") == Settings.Origin.FILE
                || (settings.origin(PROXY) == Settings.Origin.FILE
                        && settings.textOf(PROXY).contains("@"));
        if (configuration != null && holdsSecret && othersMayRead(configuration)) {
            warnings.add(warning("the configuration " + configuration));
        }
        return warnings;
    }

    /** One sentence if others may read {@code credentials}, else none. */
    static List<String> warnings(Path credentials) {
        return othersMayRead(credentials) ? List.of(warning(credentials.toString())) : List.of();
    }

    private static String warning(String file) {
        return file + " holds a secret that every user of this machine can read; take that right away with chmod o-r";
    }

    /** No for what is not there or has no such rights: whoever reads the file will tell. */
    private static boolean othersMayRead(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
