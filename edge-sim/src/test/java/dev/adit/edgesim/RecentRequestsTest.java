package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.eyeball.HeaderFields;
import dev.adit.edgesim.eyeball.PublicRequest;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RecentRequestsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final RecentRequests requests = new RecentRequests();

    @Test
    void givesEachOnceInTheirOrder() throws Exception {
        requests.add(request(1));
        requests.add(request(2));

        assertThat(requests.take(LIMIT).path()).isEqualTo("/1");
        assertThat(requests.take(LIMIT).path()).isEqualTo("/2");
        assertThatThrownBy(() -> requests.take(Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("no public request ended within 1 ms");
    }

    @Test
    void dropsTheOldestThatNobodyTook() throws Exception {
        for (int i = 1; i <= RecentRequests.MAX_UNTAKEN + 3; i++) {
            requests.add(request(i));
        }

        assertThat(requests.dropped()).isEqualTo(3);
        assertThat(requests.take(LIMIT).path()).isEqualTo("/4");
    }

    @Test
    void remembersTheLastOnesWhetherTakenOrNot() throws Exception {
        for (int i = 1; i <= RecentRequests.MAX_LAST + 1; i++) {
            requests.add(request(i));
            requests.take(LIMIT);
        }

        assertThat(requests.last()).hasSize(RecentRequests.MAX_LAST);
        assertThat(requests.last().get(0).path()).isEqualTo("/2");
    }

    private static PublicRequest request(int number) {
        return new PublicRequest(
                "GET",
                "a.example",
                "/" + number,
                200,
                Duration.ofMillis(1),
                0,
                "-",
                HeaderFields.NONE,
                HeaderFields.NONE);
    }
}
