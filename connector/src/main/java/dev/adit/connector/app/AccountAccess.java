package dev.adit.connector.app;

import dev.adit.connector.account.AccountApi;
import dev.adit.connector.account.AccountKey;
import dev.adit.connector.account.OriginCert;
import dev.adit.connector.account.TunnelRecord;
import dev.adit.connector.account.WebClient;
import dev.adit.connector.settings.ConfigFile;
import dev.adit.connector.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the commands that manage tunnels share: the API and the files that the settings lead to. */
final class AccountAccess {
    /** Where to read the token from when no file is named, for machines that keep secrets in the environment. */
    private static final String TOKEN_VARIABLE = "TUNNEL_API_TOKEN";

    private static final String CERTIFICATE = "cert.pem";

    private final Settings settings;
    private final List<Path> directories;
    private final @Nullable Path certificate;
    private final AccountApi api;

    private AccountAccess(CommandSpec spec, Map<String, String> environment) {
        settings = GivenSettings.of(spec.commandLine(), environment).settings();
        directories = ConfigFile.directories(environment);
        String tokenFile = settings.text("api-token-file");
        String variable = environment.get(TOKEN_VARIABLE);
        AccountKey key;
        if (tokenFile != null) {
            certificate = null;
            key = key(read("--api-token-file", Path.of(tokenFile)));
        } else if (variable != null && !variable.isBlank()) {
            certificate = null;
            key = key(variable);
        } else {
            certificate = certificate(spec);
            key = certified(certificate);
        }
        String account = settings.text("account");
        if (account != null) {
            key = new AccountKey(key.token(), account, key.zone(), key.endpoint());
        }
        try {
            api = new AccountApi(new WebClient("cloudflared/" + Version.text()), address(key), key);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * What was given for the command of {@code spec} leads to.
     *
     * @throws ParameterException if there is nothing that proves the right to an account
     * @throws BadInput if a file can't be read
     */
    static AccountAccess of(CommandSpec spec) {
        return new AccountAccess(spec, System.getenv());
    }

    AccountApi api() {
        return api;
    }

    /** The tunnel that is called {@code tunnel} or has that id. */
    TunnelRecord tunnel(String tunnel) {
        if (isId(tunnel)) {
            return api.tunnel(UUID.fromString(tunnel));
        }
        return api.list(Map.of("name", tunnel, "is_deleted", "false")).stream()
                .filter(found -> found.name().equals(tunnel))
                .findFirst()
                .orElseThrow(() -> new BadInput("there is no tunnel called \"" + tunnel + "\""));
    }

    /** Whether {@code text} is the id of a tunnel rather than its name. */
    static boolean isId(String text) {
        return text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    }

    /** The credentials file that the command line or the environment names; one in a configuration file is for running. */
    @Nullable
    Path namedCredentials() {
        Settings.Origin origin = settings.origin("credentials-file");
        String file = settings.text("credentials-file");
        return file == null || origin == Settings.Origin.FILE ? null : Path.of(file);
    }

    /** Where the credentials of a new tunnel belong: beside the certificate, else where a connector looks first. */
    Path newCredentials(UUID id) {
        Path beside = certificate == null ? null : certificate.toAbsolutePath().getParent();
        return (beside == null ? directories.get(0) : beside).resolve(id + ".json");
    }

    /** The credentials of the tunnel {@code id} that lie in the usual places. */
    List<Path> usualCredentials(UUID id) {
        return Stream.concat(
                        Stream.of(newCredentials(id)),
                        directories.stream().map(directory -> directory.resolve(id + ".json")))
                .filter(Files::isRegularFile)
                .distinct()
                .toList();
    }

    private URI address(AccountKey key) {
        return address(settings, key.endpoint());
    }

    /**
     * Where the API is.
     *
     * @param endpoint the region of the account, or null for the global one
     * @throws IllegalArgumentException if the setting is no URL
     */
    static URI address(Settings settings, @Nullable String endpoint) {
        String given = settings.text("api-url");
        if (given != null) {
            return WebClient.address("--api-url", given);
        }
        String region = endpoint == null ? "" : endpoint + ".";
        return WebClient.address("endpoint", "https://api." + region + "cloudflare.com/client/v4");
    }

    private static AccountKey key(String token) {
        String stripped = token.strip();
        if (stripped.isEmpty() || !stripped.matches("[\\x21-\\x7e]+")) {
            throw new BadInput("the API token must be one line of ASCII characters without spaces");
        }
        return new AccountKey(stripped, null, null, null);
    }

    private Path certificate(CommandSpec spec) {
        String given = settings.text("origincert");
        if (given != null) {
            return Path.of(given);
        }
        return directories.stream()
                .map(directory -> directory.resolve(CERTIFICATE))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "nothing proves the right to an account: give --api-token-file FILE, or " + TOKEN_VARIABLE
                                + " in the environment, or --origincert FILE"));
    }

    private static AccountKey certified(Path file) {
        try {
            return OriginCert.parse(read("--origincert", file));
        } catch (IllegalArgumentException e) {
            throw new BadInput("--origincert " + file + " can't be used: " + e.getMessage());
        }
    }

    private static String read(String option, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new BadInput(option + " " + file + " can't be read: " + Daemon.reason(e));
        }
    }
}
