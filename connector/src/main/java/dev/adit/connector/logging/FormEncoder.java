package dev.adit.connector.logging;

import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/** Lines in one form, as UTF-8 in any locale. */
final class FormEncoder extends EncoderBase<LogLine> {
    private static final byte[] NOTHING = {};

    private final LineForm form;

    FormEncoder(Context context, LineForm form) {
        setContext(context);
        this.form = form;
    }

    @Override
    public byte[] encode(LogLine line) {
        return form.of(line).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
