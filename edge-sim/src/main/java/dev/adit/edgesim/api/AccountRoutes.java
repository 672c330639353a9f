package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.Access;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The one account, whether a token is good, and the description of this API. */
final class AccountRoutes {
    private static final String TOKEN_ID = "ad170000000000000000000000000002";

    private final byte[] document = document();

    void addTo(Routes routes) {
        routes.add(Access.TOKEN, "GET /client/v4/user/tokens/verify", request -> verify())
                .add(
                        Access.TOKEN,
                        "GET /client/v4/accounts",
                        request -> Pages.of(request, List.of(account()), account -> account))
                .add(Access.TOKEN, "GET /client/v4/accounts/{account}", AccountRoutes::one)
                .add(Access.OPEN, "GET /openapi.json", request -> AdminAnswer.bytes(200, "application/json", document));
    }

    /** The account, as answers have it. */
    static ObjectNode account() {
        return Shapes.object()
                .put("id", TunnelSpec.ACCOUNT)
                .put("name", "Edge simulator")
                .put("type", "standard");
    }

    private static AdminAnswer one(AdminRequest request) {
        Fields.account(request);
        return Envelope.of(account());
    }

    private static AdminAnswer verify() {
        return Envelope.of(Shapes.object().put("id", TOKEN_ID).put("status", "active"));
    }

    private static byte[] document() {
        try (InputStream in = AccountRoutes.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
