package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that happens once, and that another thread waits for with {@link Waiting#LIMIT}. */
public final class Signal {
    private final CountDownLatch latch = new CountDownLatch(1);

    public void give() {
        latch.countDown();
    }

    public void await() {
        try {
            assertThat(latch.await(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("signal within %s", Waiting.LIMIT)
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
