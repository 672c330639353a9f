package dev.adit.edgesim.eyeball;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Looks at the request head of one HTTP/2 stream before Netty makes HTTP/1 objects of it: refuses what it would stumble
 * over (RFC 9113 §8.3.1), and lets a WebSocket that is asked for by CONNECT look like an upgrade.
 */
final class HeadGate extends ChannelInboundHandlerAdapter {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final int DELETE = 0x7f;

    private boolean headSeen;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (headSeen || !(message instanceof Http2HeadersFrame frame)) {
            ctx.fireChannelRead(message);
            return;
        }
        headSeen = true;
        Http2Headers headers = frame.headers();
        headers.remove(ExtendedConnect.MARK);
        boolean connect = HttpMethod.CONNECT.asciiName().contentEquals(headers.method());
        if ((!connect && headers.contains(PseudoHeaderName.PROTOCOL.value()))
                || !isToken(headers.method())
                || !isVisible(headers.path())
                || !hasOneHost(headers)) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR));
        } else if (!frame.isEndStream() && ExtendedConnect.isWebSocket(headers)) {
            ctx.fireChannelRead(
                    new DefaultHttp2HeadersFrame(ExtendedConnect.upgrade(headers), false).stream(frame.stream()));
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private static boolean isToken(CharSequence method) {
        return !method.isEmpty()
                && method.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || TOKEN_MARKS.indexOf(c) >= 0);
    }

    // CONNECT has none.
    private static boolean isVisible(CharSequence path) {
        return path == null || (!path.isEmpty() && path.chars().allMatch(c -> c > ' ' && c != DELETE));
    }

    // A Host field may say again what :authority says, and nothing else.
    private static boolean hasOneHost(Http2Headers headers) {
        List<CharSequence> hosts = headers.getAll(HttpHeaderNames.HOST);
        CharSequence authority = headers.authority();
        if (authority == null) {
            return hosts.size() <= 1;
        }
        headers.remove(HttpHeaderNames.HOST);
        return hosts.stream().allMatch(host -> AsciiString.contentEqualsIgnoreCase(host, authority));
    }
}
