package dev.adit.e2e.programs;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Debian's Chromium without a window: it finds all of example.test here, and trusts the simulator. */
final class Chromium implements AutoCloseable {
    private final Playwright playwright;
    private final BrowserContext context;

    private Chromium(Playwright playwright, BrowserContext context) {
        this.playwright = playwright;
        this.context = context;
    }

    /** Starts it with {@code directory} as home; the authority to trust is in its {@code ca.pem}. */
    static Chromium start(Path directory) throws IOException {
        trust(directory);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(find("chromium"))
                            .setEnv(Map.of("HOME", directory.toString(), "PATH", System.getenv("PATH")))
                            .setArgs(List.of(
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--disable-quic",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--disable-component-update",
                                    "--disable-sync",
                                    "--host-resolver-rules=MAP *.example.test 127.0.0.1")));
            BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                    .setViewportSize(1280, 800)
                    .setPermissions(List.of("clipboard-read", "clipboard-write")));
            return new Chromium(playwright, context);
        } catch (RuntimeException | Error e) {
            playwright.close();
            throw e;
        }
    }

    /** Its windows. */
    BrowserContext context() {
        return context;
    }

    @Override
    public void close() {
        playwright.close();
    }

    // Where Chromium on Linux keeps what its user trusts.
    private static void trust(Path directory) throws IOException {
        String database = "sql:" + Files.createDirectories(directory.resolve(".pki/nssdb"));
        Command.of(directory, "certutil", "-N", "-d", database, "--empty-password")
                .run()
                .ok();
        Command.of(directory, "certutil", "-A", "-d", database, "-n", "edge-sim", "-t", "C,,", "-i", "ca.pem")
                .run()
                .ok();
    }

    private static Path find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "these tests need " + program + "; .ci/run shows which packages to install"));
    }
}
