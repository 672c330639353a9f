package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.fault.FaultOrders;
import dev.adit.edgesim.rehearse.RehearseCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/dev/adit/edgesim/junit/LibraryExampleIT.java");

    @Test
    void showsTheExampleThatIsCompiledAndRun() throws IOException {
        assertThat(found("```java\n(.*?)```", Files.readString(Path.of("README.md"))))
                .isEqualTo(found("// README begins\n(.*?)// README ends", Files.readString(EXAMPLE))
                                .stripTrailing()
                                .stripIndent()
                        + "\n");
    }

    @Test
    void namesEveryKindOfFault() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(FaultOrders.kinds().stream()
                        .map(kind -> "`" + kind.name() + "`")
                        .toList());
    }

    @Test
    void namesEveryOptionOfRehearse() throws IOException {
        CommandLine rehearse = new CommandLine(new RehearseCommand(new StopSignal()));

        assertThat(Files.readString(Path.of("README.md")))
                .contains(rehearse.getCommandSpec().options().stream()
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .filter(name -> !name.equals("--help") && !name.equals("--version"))
                        .map(name -> "`" + name)
                        .toList());
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as("%s is there", pattern).isTrue();
        return matcher.group(1);
    }
}
