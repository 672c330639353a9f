package dev.adit.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.OriginOptionsBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OriginTlsContextTest {
    @Test
    void readsTheAuthoritiesAnewOnceItForgetsThem(@TempDir Path folder) throws Exception {
        Path pem = Files.writeString(
                folder.resolve("ca.pem"),
                new CertificateBuilder()
                        .subject("CN=authority")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned()
                        .getCertificatePEM());
        UpstreamKey key = UpstreamKey.tcp(
                "127.0.0.1", 1, new OriginOptionsBuilder().caPool(pem).build());
        OriginTls tls = new OriginTls(Runnable::run);
        CompletableFuture<SslContext> before = tls.context(key);
        assertThat(tls.context(key)).isSameAs(before).isCompleted();

        Files.writeString(pem, "rotated badly");
        tls.forget();

        assertThat(tls.context(key)).isCompletedExceptionally();
    }
}
