package dev.adit.edgesim.admin;

import org.jspecify.annotations.Nullable;

/** The link that opens the console once. Confined to the event loop. */
final class Login {
    private final ApiToken token;
    private final String cookie;
    private @Nullable ApiToken key;

    Login(ApiToken token, ApiToken key, String cookie) {
        this.token = token;
        this.key = key;
        this.cookie = cookie;
    }

    AdminAnswer handle(AdminRequest request) {
        ApiToken expected = key;
        if (expected == null || !expected.matches(request.query("key"))) {
            return AdminAnswer.text(
                    403,
                    "This link does not open the console, or it has been used already."
                            + " The simulator prints a new one each time it starts.\n");
        }
        key = null;
        return AdminAnswer.redirect("/")
                .with("set-cookie", cookie + "=" + token.reveal() + "; Path=/; HttpOnly; SameSite=Strict");
    }
}
