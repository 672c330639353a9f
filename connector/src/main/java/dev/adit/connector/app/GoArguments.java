package dev.adit.connector.app;

import dev.adit.connector.settings.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes of arguments as Go's flags take them those that picocli takes: one dash or two, the value behind {@code =} or in
 * the next argument whatever that looks like, and switches that never take the next argument.
 */
final class GoArguments {
    /** A name of several letters behind one dash: an option of a command, since short options are never joined. */
    private static final Pattern LONG_BY_ONE_DASH = Pattern.compile("-[a-zA-Z][a-z-]+(=|$)");

    private final Map<String, Setting> byName = new HashMap<>();

    GoArguments(List<Setting> settings) {
        settings.forEach(setting -> setting.names().forEach(name -> byName.put(name, setting)));
    }

    /** Every setting in {@code args} as {@code --name=value}; the rest as it is. */
    String[] normalize(String... args) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.equals("--")) {
                out.addAll(List.of(args).subList(i, args.length));
                break;
            }
            int equals = arg.indexOf('=');
            Setting setting = setting(equals < 0 ? arg : arg.substring(0, equals));
            if (setting == null) {
                out.add(LONG_BY_ONE_DASH.matcher(arg).lookingAt() ? "-" + arg : arg);
            } else if (equals >= 0) {
                out.add("--" + setting.name() + arg.substring(equals));
            } else if (setting.kind() == Setting.Kind.SWITCH) {
                out.add("--" + setting.name() + "=true");
            } else if (i + 1 < args.length) {
                i++;
                out.add("--" + setting.name() + "=" + args[i]);
            } else {
                out.add("--" + setting.name());
            }
        }
        return out.toArray(new String[0]);
    }

    private @Nullable Setting setting(String word) {
        if (!word.startsWith("-")) {
            return null;
        }
        return byName.get(word.startsWith("--") ? word.substring(2) : word.substring(1));
    }
}
