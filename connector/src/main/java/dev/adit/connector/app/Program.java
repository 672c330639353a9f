package dev.adit.connector.app;

import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;

/**
 * What this program was called by. Called {@code cloudflared}, by a link to the launcher, it answers as scripts expect
 * of that: in its version, in all messages, and in the exit code for wrong usage.
 */
record Program(String name) {
    private static final String CLOUDFLARED = "cloudflared";

    /** What the launcher says. */
    static Program ofProcess() {
        return named(System.getProperty("adit.name", "adit"));
    }

    /** Any name but cloudflared's is ours. */
    static Program named(String called) {
        return new Program(called.equals(CLOUDFLARED) ? CLOUDFLARED : "adit");
    }

    /** For what a user got wrong: 255 is what cloudflared ends with. */
    int usageExitCode() {
        return name.equals(CLOUDFLARED) ? 255 : CommandLine.ExitCode.USAGE;
    }

    /** One line: which release, and when it was built. */
    String version() {
        String built = name + " version " + Version.text() + " (built " + Version.built();
        return name.equals(CLOUDFLARED)
                ? built + ")"
                : String.format(Locale.ROOT, "%s, %s, JDK %s)", built, Version.arch(), Runtime.version());
    }

    /** Makes {@code root} and the commands below it answer by this name. */
    void applyTo(CommandLine root) {
        root.setCommandName(name);
        setVersion(root);
    }

    private void setVersion(CommandLine command) {
        command.getCommandSpec().version(version());
        Set.copyOf(command.getSubcommands().values()).forEach(this::setVersion);
    }
}
