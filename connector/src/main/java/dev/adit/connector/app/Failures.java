package dev.adit.connector.app;

import dev.adit.connector.account.AccountFailure;
import dev.adit.connector.service.ServiceProblem;
import dev.adit.proxy.config.InvalidConfig;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong, by one sentence where a user can mend it, and which exit code the process ends with. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Program program;

    /** For what {@code program} was called to do. */
    Failures(Program program) {
        this.program = program;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        if (error instanceof BadInput
                || error instanceof InvalidConfig
                || error instanceof AccountFailure
                || error instanceof ServiceProblem) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + error.getMessage());
        } else {
            error.printStackTrace(command.getErr());
        }
        if (error instanceof BadInput input && input.isOfCall()) {
            return wrongUsage(command);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = error instanceof UnmatchedArgumentException unmatched
                ? TypedSecrets.message(unmatched)
                : error.getMessage();
        command.getErr().println(name + ": " + message);
        if (error instanceof MissingCommand) {
            command.usage(command.getErr());
            return program.usageExitCode();
        }
        UnmatchedArgumentException.printSuggestions(error, command.getErr());
        return wrongUsage(command);
    }

    private int wrongUsage(CommandLine command) {
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return program.usageExitCode();
    }
}
