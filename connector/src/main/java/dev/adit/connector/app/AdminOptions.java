package dev.adit.connector.app;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Setting;
import dev.adit.connector.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The local HTTP server.
 *
 * @param address where it listens
 * @param settings what was set, as it tells it; without secrets
 */
public record AdminOptions(AdminAddress address, Map<String, String> settings) {
    /** At any port of loopback, and tells no settings. */
    public static final AdminOptions ANY_PORT = new AdminOptions(AdminAddress.parse("127.0.0.1:0"), Map.of());

    private static final Pattern SECRET = Pattern.compile("token|secret|password|-contents$|-key$");
    private static final Pattern USER = Pattern.compile("^([a-zA-Z0-9+.-]+://)?.*@");

    public AdminOptions {
        settings = Map.copyOf(settings);
    }

    /**
     * What {@code settings} say.
     *
     * @throws IllegalArgumentException if the address is none
     */
    static AdminOptions of(Settings settings) {
        Map<String, String> told = new TreeMap<>();
        for (Setting setting : KnownSettings.ALL) {
            String name = setting.name();
            boolean used = setting.effect() == Setting.Effect.USED || setting.effect() == Setting.Effect.EXPERT;
            boolean secret = SECRET.matcher(name).find() && !name.endsWith("-file");
            if (used && !secret && !settings.list(name).isEmpty()) {
                told.put(
                        name,
                        settings.list(name).stream()
                                .map(text -> USER.matcher(text).replaceFirst("$1***@"))
                                .collect(Collectors.joining(",")));
            }
        }
        String uid = uid();
        if (!uid.isEmpty()) {
            told.put("uid", uid);
        }
        return new AdminOptions(address(settings), told);
    }

    private static AdminAddress address(Settings settings) {
        try {
            return AdminAddress.parse(settings.textOf("metrics"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(settings.place("metrics") + ": " + e.getMessage(), e);
        }
    }

    /** The user's number; empty on systems that have none. */
    private static String uid() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "";
        }
    }
}
