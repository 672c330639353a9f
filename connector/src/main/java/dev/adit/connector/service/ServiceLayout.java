package dev.adit.connector.service;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a service are.
 *
 * @param root the root of the file system; another one in tests
 * @param name of the service: that of the command, and of the instance if there are several
 */
public record ServiceLayout(Path root, String name) {
    /** On this machine, for {@code program}; {@code instance} tells one of several services from the others, or is null. */
    public static ServiceLayout ofThisMachine(String program, @Nullable String instance) {
        return new ServiceLayout(Path.of("/"), instance == null ? program : program + "-" + instance);
    }

    /** Whether another program goes by this name, too, whose configuration and credentials are in the same directory. */
    boolean isNameOfAnother() {
        return !name.startsWith("adit");
    }

    String unitName() {
        return name + ".service";
    }

    Path unitDirectory() {
        return root.resolve("etc/systemd/system");
    }

    Path unit() {
        return unitDirectory().resolve(unitName());
    }

    /** Holds the token, and a configuration file if its owner put one there. */
    Path configuration() {
        return root.resolve("etc").resolve(name);
    }

    Path token() {
        return configuration().resolve("token");
    }

    Path state() {
        return root.resolve("var/lib").resolve(name);
    }

    /** Where systemd keeps the state of a service whose user it makes up. */
    Path privateState() {
        return root.resolve("var/lib/private").resolve(name);
    }

    /** Is there while systemd runs the machine. */
    Path systemd() {
        return root.resolve("run/systemd/system");
    }
}
