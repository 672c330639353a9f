package dev.adit.connector.settings;

import static dev.adit.connector.settings.Setting.Kind.TEXT;

import java.util.List;

/** What the commands need that manage tunnels through the API. */
public final class AccountSettings {
    /** In the order of {@code --help}. */
    public static final List<Setting> ALL = List.of(
            Setting.of(TEXT, "api-token-file")
                    .from("TUNNEL_API_TOKEN_FILE")
                    .says(
                            "FILE",
                            "File that holds an API token for the account's tunnels and for DNS; or TUNNEL_API_TOKEN in"
                                    + " the environment is the token itself. It wins over a certificate."),
            Setting.of(TEXT, "account")
                    .from("TUNNEL_ACCOUNT")
                    .says("ID", "The account; needed with an API token that is good for several."),
            Setting.of(TEXT, "origincert")
                    .from("TUNNEL_ORIGIN_CERT")
                    .says(
                            "FILE",
                            "Certificate with account, zone and token, as cloudflared's login makes it; cert.pem in one"
                                    + " of the configuration directories by default."),
            Setting.of(TEXT, "api-url")
                    .from("TUNNEL_API_URL")
                    .says(
                            "URL",
                            "Where the API is; Cloudflare's by default, the simulator's is"
                                    + " http://127.0.0.1:8790/client/v4."));

    private AccountSettings() {}
}
