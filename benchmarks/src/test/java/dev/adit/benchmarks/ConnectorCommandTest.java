package dev.adit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConnectorCommandTest {
    @Test
    void measuresWithTheOptionsOfTheLauncher() throws IOException {
        String script = Files.readString(Path.of("..", "adit"));
        Matcher options =
                Pattern.compile("connector_options=\\((.*?)\\)", Pattern.DOTALL).matcher(script);

        assertThat(options.find()).isTrue();
        assertThat(Arrays.asList(options.group(1).trim().split("\\s+", -1)))
                .isEqualTo(ConnectorCommand.LAUNCHER_OPTIONS);
    }

    @Test
    void readsVariantsWithAndWithoutAProgram() {
        assertThat(ConnectorCommand.parse("old=/opt/java -Da=b -Xint", "java"))
                .isEqualTo(new ConnectorCommand("old", "/opt/java", List.of("-Da=b", "-Xint")));
        assertThat(ConnectorCommand.parse("new=-Da=b", "java"))
                .isEqualTo(new ConnectorCommand("new", "java", List.of("-Da=b")));
    }

    @Test
    void refusesAVariantWithoutAName() {
        assertThatThrownBy(() -> ConnectorCommand.parse("-Da", "java"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NAME=");
    }

    @Test
    void letsAVariantReplaceTheClassPath() {
        List<String> line = new ConnectorCommand("old", "java", List.of("-cp", "old.jar")).line("new.jar", List.of());

        assertThat(line.lastIndexOf("-cp")).isEqualTo(line.indexOf("old.jar") - 1);
        assertThat(line.indexOf("new.jar")).isLessThan(line.indexOf("old.jar"));
    }
}
