package dev.adit.connector.app;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A command that only groups others was called without one of them; its help tells which there are. */
final class MissingCommand extends ParameterException {
    private static final long serialVersionUID = 1L;

    MissingCommand(CommandLine command, String message) {
        super(command, message);
    }
}
