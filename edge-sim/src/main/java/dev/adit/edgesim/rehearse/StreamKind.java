package dev.adit.edgesim.rehearse;

import io.netty.channel.ChannelPipeline;

/** A kind of stream that goes on for ever, and what its messages have to be. */
interface StreamKind {
    /** Adds the handlers that open a stream for {@code host} once the channel is up, and tell {@code events} of it. */
    void open(ChannelPipeline pipeline, String host, Events events);

    /** What happens on one stream. Every method is called on the event loop. */
    interface Events {
        /** It was accepted. */
        void up();

        /** A message came: the next one that is right, or something else. */
        void message(Outcome outcome);
    }
}
