package dev.adit.proxy.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.adit.proxy.config.ConfigNode.Document;
import dev.adit.proxy.config.ConfigValue.ListValue;
import dev.adit.proxy.config.ConfigValue.MapValue;
import dev.adit.proxy.config.ConfigValue.NullValue;
import dev.adit.proxy.config.ConfigValue.ScalarType;
import dev.adit.proxy.config.ConfigValue.ScalarValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the nodes of one document from the events of a parser. Depth, size and the copies that YAML aliases make are
 * limited, so no document can exhaust the memory.
 */
final class ConfigParser {
    private static final int MOST_CHARS = 4 * 1024 * 1024;
    private static final int MOST_NODES = 100_000;
    private static final int MOST_DEPTH = 32;
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MOST_DEPTH)
            .maxDocumentLength(MOST_CHARS)
            .build();
    private static final String MERGE_KEY = "<<";

    private final Document document;
    private final JsonParser parser;
    private final Map<String, ConfigNode> anchors = new HashMap<>();
    private int nodes;

    private ConfigParser(Document document, JsonParser parser) {
        this.document = document;
        this.parser = parser;
    }

    static ConfigNode parse(Document document, String text) {
        if (text.length() > MOST_CHARS) {
            throw refused(document, 1, "is longer than " + MOST_CHARS + " characters");
        }
        JsonFactory factory = document.json
                ? JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build()
                : YAMLFactory.builder()
                        .streamReadConstraints(CONSTRAINTS)
                        // The builder, unlike the constructor, leaves this default out.
                        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                        .build();
        try (JsonParser parser = factory.createParser(text)) {
            return new ConfigParser(document, parser).document();
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            throw refused(document, where == null ? 1 : Math.max(1, where.getLineNr()), summary(e));
        } catch (IOException e) {
            throw refused(document, 1, "can't be read: " + e.getMessage());
        }
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + '.' + key;
    }

    /** Counts one more node of the document. */
    void countNode() {
        if (++nodes > MOST_NODES) {
            throw refused(document, line(), "has more than " + MOST_NODES + " values");
        }
    }

    private ConfigNode document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw refused(document, 1, "is empty");
        }
        ConfigNode root = node("", line());
        if (parser.nextToken() != null) {
            throw refused(document, line(), "has something after its end; only one document is allowed");
        }
        if (root.value() instanceof NullValue && !document.json) {
            throw refused(document, 1, "is empty");
        }
        return root;
    }

    private ConfigNode node(String path, int line) throws IOException {
        countNode();
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            return alias(path, parser.getText());
        }
        String anchor = document.json ? null : (String) parser.getObjectId();
        ConfigNode node = new ConfigNode(document, path, line, value(path));
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        return node;
    }

    private ConfigNode alias(String path, String anchor) {
        ConfigNode target = anchors.get(anchor);
        if (target == null) {
            throw refused(document, line(), "no anchor \"" + anchor + "\" before its alias");
        }
        return target.at(path, this);
    }

    private ConfigValue value(String path) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> map(path);
            case START_ARRAY -> list(path);
            case VALUE_TRUE -> new ScalarValue(ScalarType.TRUE, parser.getText());
            case VALUE_FALSE -> new ScalarValue(ScalarType.FALSE, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new ScalarValue(ScalarType.NUMBER, parser.getText());
            case VALUE_NULL -> new NullValue();
            default -> new ScalarValue(ScalarType.TEXT, parser.getText());
        };
    }

    private MapValue map(String path) throws IOException {
        Map<String, ConfigNode> entries = new LinkedHashMap<>();
        List<ConfigNode> merged = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int line = line();
            parser.nextToken();
            if (key.equals(MERGE_KEY) && !document.json) {
                merged.add(node(path, line));
                continue;
            }
            ConfigNode child = node(join(path, key), line);
            ConfigNode earlier = entries.putIfAbsent(key, child);
            if (earlier != null) {
                child.problem("duplicate key, first given in line " + earlier.line());
            }
        }
        merged.forEach(source -> merge(entries, path, source));
        return new MapValue(entries);
    }

    /** YAML's merge key: what the map does not say itself comes from the first source that says it. */
    private void merge(Map<String, ConfigNode> entries, String path, ConfigNode source) {
        if (source.value() instanceof MapValue map) {
            map.entries().forEach((key, child) -> {
                if (!entries.containsKey(key)) {
                    entries.put(key, child.at(join(path, key), this));
                }
            });
        } else if (source.value() instanceof ListValue list) {
            list.items().forEach(item -> merge(entries, path, item));
        } else {
            source.problem("only a map can be merged");
        }
    }

    private ListValue list(String path) throws IOException {
        List<ConfigNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + '[' + items.size() + ']', line()));
        }
        return new ListValue(items);
    }

    private int line() {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    /** The parser's text without the excerpts of the document, which are indented and may show a secret. */
    private static String summary(JsonProcessingException e) {
        @Nullable String message = e.getOriginalMessage();
        return "syntax error: "
                + (message == null
                        ? "unreadable"
                        : message.lines()
                                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                                .collect(Collectors.joining("; "))
                                // Where a JSON value began, in words for those who configure the parser.
                                .replaceAll(" \\(start marker at .*\\)", ""));
    }

    private static InvalidConfig refused(Document document, int line, String message) {
        document.problems.add(line, "", message);
        return new InvalidConfig(document.problems.all());
    }
}
