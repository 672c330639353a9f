package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.eyeball.PublicLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PublicFlagsTest {
    @Test
    void readsTheFlags() {
        assertThat(flags().limits()).isEqualTo(PublicLimits.none());
        assertThat(flags().country()).isEqualTo("XX");
        assertThat(flags("--plan", "free").limits())
                .isEqualTo(PublicLimits.none().withBodyBytes(104_857_600).withResponse(Duration.ofSeconds(100)));
        assertThat(flags("--plan", "free", "--max-body", "0", "--response-limit", "0s")
                        .limits())
                .isEqualTo(PublicLimits.none());
        assertThat(flags("--max-body", "1g").limits().bodyBytes()).isEqualTo(1 << 30);
        assertThat(flags("--max-body", "64K").limits().bodyBytes()).isEqualTo(65_536);
        assertThat(flags("--response-limit", "1500ms").limits().response()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(flags("--country", "de").country()).isEqualTo("DE");
        assertThatThrownBy(() -> flags("--plan", "gold")).hasMessageContaining("free or none");
        assertThatThrownBy(() -> flags("--max-body", "ten")).hasMessageContaining("is not a number of bytes");
        assertThatThrownBy(() -> flags("--response-limit", "100")).hasMessageContaining("is not a time");
        assertThatThrownBy(() -> flags("--country", "Germany").country()).hasMessageContaining("two letters");
    }

    private static PublicFlags flags(String... args) {
        Flags command = new Flags();
        new CommandLine(command).parseArgs(args);
        return command.flags;
    }

    /** A command that has nothing but these flags. */
    @CommandLine.Command
    private static final class Flags {
        @CommandLine.Mixin
        private final PublicFlags flags = new PublicFlags();
    }
}
