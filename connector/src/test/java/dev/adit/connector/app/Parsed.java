package dev.adit.connector.app;

import java.util.Map;
import picocli.CommandLine;

/** A command line as it is parsed, without running it. */
final class Parsed {
    private Parsed() {}

    /** The innermost command of {@code line}, whose arguments have single spaces between them. */
    static CommandLine command(String line) {
        String[] args = line.split(" ");
        CommandLine root = Main.commandLine(Program.named("adit"), args);
        root.parseArgs(Main.normalize(args));
        CommandLine command = root;
        while (command.getParseResult().hasSubcommand()) {
            command = command.getParseResult().subcommand().commandSpec().commandLine();
        }
        return command;
    }

    /** What {@code line} and {@code environment} give. */
    static GivenSettings given(String line, Map<String, String> environment) {
        return GivenSettings.of(command(line), environment);
    }
}
