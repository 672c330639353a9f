package dev.adit.proxy.testing;

import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a buffer behind. Registered for all tests through {@code META-INF/services}; a test
 * must have closed everything it started by its end, for the count is exact.
 */
public final class LeakCheck implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            LeakPresenceDetector.check();
        }
    }
}
