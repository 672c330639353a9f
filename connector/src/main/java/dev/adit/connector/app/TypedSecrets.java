package dev.adit.connector.app;

import java.util.regex.Pattern;
import picocli.CommandLine.UnmatchedArgumentException;

/** Keeps what was typed in the wrong place out of messages, since it may be a token. */
final class TypedSecrets {
    /** Tokens and keys are long and have neither spaces nor dots; names of tunnels and UUIDs are shorter. */
    private static final Pattern LIKELY = Pattern.compile("[A-Za-z0-9+/_=-]{40,}");

    private TypedSecrets() {}

    /** Whether {@code text} looks like a token. */
    static boolean isLikely(String text) {
        return LIKELY.matcher(text).matches();
    }

    /** The message of {@code error} without the values of options that nobody knows, and without likely tokens. */
    static String message(UnmatchedArgumentException error) {
        String message = String.valueOf(error.getMessage());
        for (String argument : error.getUnmatched()) {
            int equals = argument.startsWith("-") ? argument.indexOf('=') : -1;
            if (equals >= 0) {
                message = message.replace(argument, argument.substring(0, equals));
            } else if (isLikely(argument)) {
                message = message.replace(argument, argument.substring(0, 3) + "...");
            }
        }
        return message;
    }
}
