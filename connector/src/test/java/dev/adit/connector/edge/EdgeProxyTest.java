package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EdgeProxyTest {
    private static final EdgeAddress EDGE = new EdgeAddress("192.0.2.1", 7844);

    @Test
    void readsAddressUserAndPassword() {
        assertThat(EdgeProxy.parse("http://proxy.example:3128"))
                .isEqualTo(new EdgeProxy(new EdgeAddress("proxy.example", 3128), null));
        assertThat(EdgeProxy.parse("http://[2001:db8::1]:3128/").address())
                .isEqualTo(new EdgeAddress("2001:db8::1", 3128));
        assertThat(EdgeProxy.parse("http://us%40er:p%3Aa+s%2Fs@proxy.example:3128")
                        .login())
                .isEqualTo(new EdgeProxy.Login("us@er", "p:a+s/s"));
        assertThat(EdgeProxy.parse("http://user@proxy.example:3128").hasPassword())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example:3128",
                "https://user:hush@proxy.example:3128",
                "socks5://user:hush@proxy.example:1080",
                "http://user:hush",
                "http://user:hush@proxy.example",
                "http://user:hush@proxy.example:hush",
                "http://user:hu@sh@proxy.example:3128",
                "http://user:hu/sh@proxy.example:3128",
                "http://user:hush%zz@proxy.example:3128",
                "http://"
            })
    void refusesOtherTextsWithoutShowingThem(String text) {
        assertThatThrownBy(() -> EdgeProxy.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--edge-proxy must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT")
                .hasMessageNotContaining("hush")
                .hasNoCause();
    }

    @Test
    void showsNeitherUserNorPassword() {
        EdgeProxy proxy = EdgeProxy.parse("http://user:hush@proxy.example:3128");

        assertThat(proxy).hasToString("http://***@proxy.example:3128");
        assertThat(String.valueOf(proxy.login())).isEqualTo("***");
    }

    @Test
    void saysInOneSentenceWhatTheProxyWants() {
        Exception refusal =
                new ConnectException("http, basic, /10.0.0.1:3128 => x, status: 407 Proxy Authentication Required");

        assertThat(EdgeProxy.parse("http://proxy.example:3128").problem(EDGE, refusal))
                .isEqualTo("the proxy proxy.example:3128 wants a user and a password (407): give them as"
                        + " --edge-proxy http://USER:PASSWORD@HOST:PORT");
        assertThat(EdgeProxy.parse("http://u:p@proxy.example:3128").problem(EDGE, refusal))
                .isEqualTo("the proxy proxy.example:3128 refuses the user and the password of --edge-proxy (407)");
        assertThat(EdgeProxy.parse("http://proxy.example:3128")
                        .problem(EDGE, new ConnectException("http, none, a => b, status: 403 Forbidden")))
                .isEqualTo("the proxy proxy.example:3128 does not connect to 192.0.2.1:7844: it answers 403 Forbidden");
        assertThat(EdgeProxy.parse("http://proxy.example:3128")
                        .problem(EDGE, new ConnectException("Connection refused")))
                .isEqualTo("the proxy proxy.example:3128 can't be used: Connection refused");
    }
}
