package dev.adit.edgesim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultOrdersTest {
    @Test
    void readsTheScopeAndTheDuration() throws Exception {
        assertThat(parse("{'fault':'black-hole','tunnel':'jenkins','connection':0,'for':'5s','direction':'out'}"))
                .isEqualTo(new FaultOrder(
                        new Fault.BlackHole(Flow.OUT), new Scope.OfConnection("jenkins", 0), Duration.ofSeconds(5)));
        assertThat(parse("{'fault':'goaway','tunnel':'jenkins'}"))
                .isEqualTo(FaultOrder.of(new Fault.Goaway()).in(new Scope.OfTunnel("jenkins")));
        assertThat(parse("{'fault':'region-loss','region':'region2'}"))
                .isEqualTo(FaultOrder.of(new Fault.RegionLoss()).in(new Scope.OfRegion("region2")));
    }

    @Test
    void readsEveryParameter() throws Exception {
        assertThat(fault("{'fault':'refuse','cause':'no','retry':false,'after':'250ms'}"))
                .isEqualTo(new Fault.Refuse("no", false, Duration.ofMillis(250)));
        assertThat(fault("{'fault':'cut-one','ending':'rst'}")).isEqualTo(new Fault.CutOne(Ending.RST));
        assertThat(fault("{'fault':'cut-all','ending':'rst'}")).isEqualTo(new Fault.CutAll(Ending.RST));
        assertThat(fault("{'fault':'corrupt-frame','what':'tls'}")).isEqualTo(new Fault.CorruptFrame(Corruption.TLS));
        assertThat(fault("{'fault':'reset-stream','side':'request','bytes':9,'code':'refused-stream'}"))
                .isEqualTo(new Fault.ResetStream(StreamSide.REQUEST, 9, Http2Error.REFUSED_STREAM));
        assertThat(fault("{'fault':'tiny-windows','bytes':7}")).isEqualTo(new Fault.TinyWindows(7));
        assertThat(fault("{'fault':'config-mid-upload','bytes':7}")).isEqualTo(new Fault.ConfigMidUpload(7));
        assertThat(fault("{'fault':'config-storm','count':7}")).isEqualTo(new Fault.ConfigStorm(7));
        assertThat(fault("{'fault':'slow-link','direction':'in','delay':'1s','jitter':'2ms','rate':9000}"))
                .isEqualTo(new Fault.SlowLink(Flow.IN, Duration.ofSeconds(1), Duration.ofMillis(2), 9_000));
        assertThat(fault("{'fault':'large-packets','direction':'in','bytes':600}"))
                .isEqualTo(new Fault.LargePackets(Flow.IN, 600));
    }

    @Test
    void everyKindCanBeOrderedByItsNameAlone() throws Exception {
        for (FaultKind kind : FaultOrders.kinds()) {
            FaultOrder order = parse("{'fault':'" + kind.name() + "'}");

            assertThat(order.fault().name()).isEqualTo(kind.name());
            assertThat(order.scope()).isEqualTo(Scope.all());
            assertThat(order.duration()).isNull();
        }
    }

    @Test
    void everyKindHasAProfileThatMixedDrawsFrom() {
        for (FaultKind kind : FaultOrders.kinds()) {
            assertThat(Profile.named(kind.name()).weight()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            {'fault':'black hole'};                               was 'black hole'
            {'fault':'black-hole','for':'5'};                     for must be a duration like 500ms, 5s or 2m, was '5'
            {'fault':'black-hole','for':'0s'};                    duration must be positive
            {'fault':'black-hole','direction':'up'};              direction must be one of in|out|both, was 'up'
            {'fault':'black-hole','bytes':1};                     unknown key bytes
            {'fault':'black-hole','connection':1};                connection needs a tunnel
            {'fault':'black-hole','tunnel':'a','connection':'b'}; connection must be a number from 0 to 255
            {'fault':'black-hole','tunnel':'a','region':'b'};     either a region or a tunnel
            {'fault':'goaway','for':'5s'};                        goaway happens at once
            {'fault':'tiny-windows','bytes':'x'};                 bytes must be a whole number, was 'x'
            {'fault':'tiny-windows','bytes':0};                   bytes must be positive, was 0
            {'fault':'reset-stream','bytes':-1};                  bytes must not be negative, was -1
            {'fault':'config-storm','count':5000};                count must be from 1 to 1000
            {'fault':'refuse','retry':'maybe'};                   retry must be true or false, was 'maybe'
            {'fault':'expired-certificate','tunnel':'a'};         expired-certificate is for all connections
            {'fault':'region-loss','tunnel':'a'};                 region-loss is for a region
            """)
    void saysWhatIsWrong(String json, String problem) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    private static Fault fault(String json) throws JsonProcessingException {
        return parse(json).fault();
    }

    private static FaultOrder parse(String json) throws JsonProcessingException {
        return FaultOrders.parse(new JsonMapper().readTree(json.replace('\'', '"')));
    }
}
