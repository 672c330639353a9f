package dev.adit.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Old Netty jars have known holes; a dependency must not bring one in. */
final class NettyVersionTest {
    @Test
    void everyNettyJarIsOfTheVersionInThePom() {
        String wanted = System.getProperty("adit.netty.version", "");
        Map<String, Version> found = Version.identify();

        assertThat(wanted).isNotEmpty();
        assertThat(found).isNotEmpty();
        assertThat(found).allSatisfy((artifact, version) -> {
            if (!artifact.startsWith("netty-tcnative")) {
                assertThat(version.artifactVersion()).as(artifact).isEqualTo(wanted);
            }
        });
    }
}
