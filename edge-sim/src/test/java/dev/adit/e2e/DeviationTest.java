package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class DeviationTest {
    @Test
    void listForReadersIsTheOneThatTestsGoBy() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DeviationTest.class.getResourceAsStream("/transcripts/DEVIATIONS.md"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(Deviation.table());
        }
    }
}
