package dev.adit.connector.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** One JSON object a line: {@code level}, {@code time} in UTC, the fields, {@code message}. No key comes twice. */
final class JsonForm implements LineForm {
    private final JsonFactory json = new JsonFactory();

    @Override
    public String of(LogLine line) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.writeStartObject();
            generator.writeStringField("level", line.level().text());
            generator.writeStringField("time", TextForm.utc(line.epochSeconds()));
            for (LogField field : line.fields()) {
                generator.writeFieldName(field.key());
                value(generator, field.value());
            }
            generator.writeStringField("message", line.message());
            String stack = line.stack();
            if (stack != null) {
                generator.writeStringField("stack", stack);
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory does not fail", e);
        }
        return text.append('\n').toString();
    }

    private static void value(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Integer || value instanceof Long) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            generator.writeNumber(number.doubleValue());
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else {
            generator.writeString(value.toString());
        }
    }
}
