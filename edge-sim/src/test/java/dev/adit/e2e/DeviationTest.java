package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DeviationTest {
    @Test
    void listForReadersIsTheOneThatTestsGoBy() throws IOException {
        assertThat(Files.readString(Path.of("../ARCHITECTURE.md"))).contains(Deviation.table());
    }
}
