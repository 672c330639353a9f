package dev.adit.e2e.programs;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console in Chromium: from a new tunnel to a request through it, a fault and back, and what a keyboard needs. */
@Tag("programs")
@Timeout(300)
final class ConsoleIT {
    private static final String HOST = "app.example.test";
    private static final double LIMIT_MILLIS = 60_000;
    private static final int MANY_TABS = 40;

    private final Running running = new Running();
    private final List<String> complaints = new ArrayList<>();
    private Path directory;
    private EdgeSim sim;
    private BrowserContext browser;
    private Page page;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        sim = running.add(EdgeSim.start(EdgeSimOptions.of().withCaFile(directory.resolve("ca.pem"))));
        Files.writeString(directory.resolve("ca.pem"), sim.caPem());
        browser = running.add(Chromium.start(directory)).context();
        page = browser.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        PlaywrightAssertions.setDefaultAssertionTimeout(LIMIT_MILLIS);
        page.navigate(sim.loginLink());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void leadsFromANewTunnelToARequestThroughItAndThroughAFault() throws Exception {
        RawOrigin origin = running.add(new RawOrigin((request, out) ->
                out.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<h1>Hello</h1>"
                        .getBytes(StandardCharsets.US_ASCII))));

        createByKeyboard("build-server");
        assertThat(page.locator("#tunnel-status")).hasText("inactive");
        connect();
        assertThat(page.locator("#tunnel-status")).hasText("healthy");
        assertThat(page.locator("#connectors tbody tr")).hasCount(4);
        assertThat(page.locator("#connectors tbody tr").first()).containsText(Pattern.compile("[0-9.]+ ms"));

        publish(origin.service());
        shoot("tunnel");
        Page visitor = browser.newPage();
        visitor.navigate("https://" + HOST + ":" + sim.ports().https() + "/hello");
        assertThat(visitor.locator("h1")).hasText("Hello");

        view("Requests");
        Locator row = page.locator("#request-table tbody tr").filter(new Locator.FilterOptions().setHasText("/hello"));
        assertThat(row).containsText("200");
        assertThat(row).containsText("build-server #");
        shoot("requests");

        view("Faults");
        inject("close-early");
        inject("cut-all");
        assertThat(page.locator("#stat-tunnels-note")).hasText("1 down");
        assertThat(page.locator("#running li")).containsText("close-early");
        shoot("faults");
        button("Heal all").click();
        assertThat(page.locator("#running li")).hasCount(0);
        assertThat(page.locator("#stat-tunnels-note")).hasText("1 healthy");
        assertThat(complaints).isEmpty();
    }

    @Test
    void hasNoBarrierThatAxeKnows() throws IOException {
        createByKeyboard("build-server");
        String axe = axe();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (String view : List.of("Tunnels", "Requests", "Faults")) {
                view(view);
                assertNoBarrier(axe, view + " " + scheme);
                shoot(view.toLowerCase(Locale.ROOT) + "-" + scheme);
            }
            view("Tunnels");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("build-server"))
                    .click();
            assertNoBarrier(axe, "tunnel " + scheme);
            button("Add application").click();
            assertNoBarrier(axe, "dialog " + scheme);
            page.keyboard().press("Escape");
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void fitsOnAPhone() {
        page.setViewportSize(360, 780);
        createByKeyboard("a-tunnel-with-a-name-that-goes-on-and-on-and-on");
        shoot("phone-tunnel");
        for (String view : List.of("Tunnels", "Requests", "Faults")) {
            view(view);
            assertThat(page.evaluate("document.documentElement.scrollWidth"))
                    .as(view)
                    .isEqualTo(360);
        }
        assertThat(complaints).isEmpty();
    }

    // From wherever the focus is: no mouse.
    private void createByKeyboard(String name) {
        assertThat(page.locator("#no-tunnels")).isVisible();
        for (int i = 0; !focusIsOn("Create tunnel"); i++) {
            assertThat(i).as("tabs to the button").isLessThan(MANY_TABS);
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");
        assertThat(page.locator("#create-dialog input[name=name]")).isFocused();
        page.keyboard().type(name);
        page.keyboard().press("Enter");
        assertThat(page.locator("#h-tunnel")).hasText(name);
        assertThat(page.locator("#h-tunnel")).isFocused();
        assertThat(page.locator("#copy")).isEnabled();
    }

    private boolean focusIsOn(String name) {
        return name.equals(page.evaluate("document.activeElement.textContent.trim()"));
    }

    private void connect() throws IOException {
        button("Copy command").press("Enter");
        assertThat(page.locator("#copy")).hasText("Copied");
        String command = (String) page.evaluate("navigator.clipboard.readText()");
        List<String> words = List.of(command.split(" ", -1));
        assertThat(words).startsWith("adit", "tunnel", "run", "--token", sim.token("build-server"));
        running.add(LaunchedConnector.start(directory, words.subList(1, words.size())));
    }

    private void publish(String service) {
        button("Add application").click();
        page.locator("#route-dialog input[name=hostname]").fill(HOST);
        page.locator("#route-dialog input[name=service]").fill(service);
        button("Save").click();
        assertThat(page.locator("#routes tbody tr")).containsText(service);
        assertThat(page.locator("#tunnel-rules")).hasText("Configuration version 2");
    }

    private void view(String name) {
        page.locator("nav")
                .getByRole(AriaRole.LINK)
                .filter(new Locator.FilterOptions().setHasText(name))
                .click();
        assertThat(page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName(name).setLevel(2)))
                .isFocused();
    }

    private void inject(String fault) {
        page.locator("select[name=for]").selectOption("5m");
        button("Inject " + fault).click();
        assertThat(page.locator("#events tbody")).containsText(fault);
    }

    private Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private void assertNoBarrier(String axe, String where) {
        page.evaluate(axe);
        // What is still fading in has less contrast than it will have.
        page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => true)");
        Object found = page.evaluate("axe.run().then(({ violations }) => violations"
                + ".filter(({ impact }) => impact === 'serious' || impact === 'critical')"
                + ".map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`))");
        assertThat((List<?>) found).as(where).isEmpty();
    }

    private static String axe() throws IOException {
        String file = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
        try (InputStream in = Objects.requireNonNull(ConsoleIT.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void shoot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", name + ".png"))
                .setFullPage(name.startsWith("phone")));
    }
}
