package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTemplateTest {
    private static final CommandTemplate.Values VALUES = new CommandTemplate.Values(
            "secret", "a b.token", List.of("127.0.0.1:1", "127.0.0.2:1"), "ca.pem", "http://127.0.0.1:9");

    @Test
    void fillsTheGaps() {
        assertThat(line("run {token} --token-file={token-file} {edges} --cacert {cacert} --url {origin}"))
                .containsExactly(
                        "run",
                        "secret",
                        "--token-file=a b.token",
                        "--edge",
                        "127.0.0.1:1",
                        "--edge",
                        "127.0.0.2:1",
                        "--cacert",
                        "ca.pem",
                        "--url",
                        "http://127.0.0.1:9");
    }

    @Test
    void keepsWhatIsBetweenQuotesTogether() {
        assertThat(line("'a  b' c\"d e\"f \"\" '\"'")).containsExactly("a  b", "cd ef", "", "\"");
    }

    @Test
    void leavesOtherBracesAlone() {
        assertThat(line("x {unknown} y{edges}")).containsExactly("x", "{unknown}", "y{edges}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \t ", "a 'b", "\"", "a\"b"})
    void refusesWhatIsNoCommand(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandTemplate.parse(text))
                .withMessageStartingWith("--command");
    }

    private static List<String> line(String text) {
        return CommandTemplate.parse(text).line(VALUES);
    }
}
