package dev.adit.connector.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoints;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.EventLoops;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InstancesTest {
    @Test
    void looksAtTheFivePortsThatConnectorsTake() {
        assertThat(Instances.usual())
                .extracting(AdminAddress::toString)
                .containsExactly(
                        "localhost:20241", "localhost:20242", "localhost:20243", "localhost:20244", "localhost:20245");
    }

    @Test
    void waitsNoLongerForOneAnswerThanCloudflared() throws IOException {
        assertThat(Instances.ANSWER).hasSeconds(15);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AdminAddress address = AdminAddress.parse("127.0.0.1:" + silent.getLocalPort());

            assertThatThrownBy(() -> new Instances(Duration.ofMillis(50)).get(address, "/metrics"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within");
        }
    }

    @Test
    void asksAllAtTheSameTime() throws IOException {
        AtomicInteger missing = new AtomicInteger(5);
        CompletableFuture<Void> allAsked = new CompletableFuture<>();
        List<AdminServer> servers = new ArrayList<>();
        MultiThreadIoEventLoopGroup loops = Transport.best().group(1, "test");
        try {
            for (int i = 0; i < 5; i++) {
                AdminAnswer state =
                        AdminAnswer.json(200, "{\"tunnelID\":\"t\",\"connectorID\":\"connector-" + i + "\"}");
                Endpoints endpoints = new Endpoints().get("/diag/tunnel", request -> {
                    if (missing.decrementAndGet() == 0) {
                        allAsked.complete(null);
                    }
                    return allAsked.thenApply(done -> state);
                });
                servers.add(
                        AdminServer.open(AdminAddress.parse("127.0.0.1:0"), endpoints, Transport.best(), loops.next()));
            }
            List<AdminAddress> addresses =
                    servers.stream().map(AdminServer::address).toList();

            assertThat(new Instances(Duration.ofSeconds(20)).find(addresses))
                    .extracting(Instances.Instance::connectorId)
                    .containsExactly("connector-0", "connector-1", "connector-2", "connector-3", "connector-4");
        } finally {
            EventLoops.end(loops);
        }
    }
}
