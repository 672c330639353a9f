package dev.adit.connector.app;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command line came to.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it complained of
 */
record Ran(int exitCode, String out, String err) {
    static Ran of(String... args) {
        return as("adit", args);
    }

    /** What it came to when the program was called {@code name}. */
    static Ran as(String name, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine(Program.named(name))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Main.normalize(args));
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
