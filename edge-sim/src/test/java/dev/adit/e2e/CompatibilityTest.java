package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code COMPATIBILITY.md} against the ids of what users rely on, and against the tests that it names. */
final class CompatibilityTest {
    /** How many rows no test shows yet. May only be lowered; when a row is done, lower it in the same commit. */
    private static final int NOT_YET = 0;

    private static final List<String> STATES =
            List.of("same", "better", "other", "ignored", "refused", "absent", "not yet");

    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]+-\\d+) \\| (.+?) \\| ?(.*?) ?\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

    private final Map<String, Row> rows = rows();

    /**
     * One line of the table.
     *
     * @param state what we do
     * @param shownBy the tests
     */
    private record Row(String state, String shownBy) {
        boolean is(String word) {
            return state.equals(word) || state.matches(Pattern.quote(word) + "[ ,;:].*");
        }
    }

    CompatibilityTest() throws IOException {}

    @Test
    void everyIdHasOneRow() throws IOException {
        assertThat(rows.keySet()).containsExactlyElementsOf(ids().keySet());
    }

    @Test
    void everyRowHasOneOfTheStates() {
        assertThat(idsWhere(row -> STATES.stream().noneMatch(row::is))).isEmpty();
    }

    @Test
    void whatUsersNeedIsNeverAbsent() throws IOException {
        Map<String, Character> letters = ids();

        assertThat(idsWhere(row -> row.is("absent")))
                .filteredOn(id -> "MB".contains(String.valueOf(letters.get(id))))
                .isEmpty();
    }

    @Test
    void rowsThatAreDoneNameTestsAndOthersNone() {
        assertThat(idsWhere(row -> !TEST.matcher(row.shownBy())
                        .replaceAll("")
                        .replace(",", "")
                        .isBlank()))
                .as("rows whose last column has something else than tests")
                .isEmpty();
        assertThat(idsWhere(row -> row.shownBy().isEmpty() != (row.is("not yet") || row.is("absent"))))
                .as("rows that name tests and are open, or the other way round")
                .isEmpty();
    }

    @Test
    void everyTestExists() throws IOException {
        Map<String, String> sources = testSources();

        List<String> missing = new ArrayList<>();
        rows.forEach((id, row) -> TEST.matcher(row.shownBy())
                .results()
                .filter(test -> !Pattern.compile("(void|Stream<DynamicTest>) " + test.group(2) + "\\(")
                        .matcher(sources.getOrDefault(test.group(1), ""))
                        .find())
                .forEach(test -> missing.add(id + " " + test.group())));
        assertThat(missing).isEmpty();
    }

    @Test
    void noMoreRowsAreOpenThanBefore() {
        assertThat(idsWhere(row -> row.is("not yet")))
                .as("rows that no test shows yet; lower the number in this test when there are fewer")
                .hasSize(NOT_YET);
    }

    private List<String> idsWhere(Predicate<Row> condition) {
        return rows.entrySet().stream()
                .filter(row -> condition.test(row.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("../connector/COMPATIBILITY.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(row.group(1), new Row(row.group(2), row.group(3))))
                        .as("row %s is there once", row.group(1))
                        .isNull();
            } else if (line.startsWith("| ") && line.contains("-")) {
                assertThat(line).as("a line that is no row").matches("\\| ([a-z ]+|---) \\| .*");
            }
        }
        return rows;
    }

    /** The letter of each id: M must be the same, B must be better, O may be there, N need not, - is not ranked. */
    private static Map<String, Character> ids() throws IOException {
        Map<String, Character> ids = new LinkedHashMap<>();
        try (InputStream file = CompatibilityTest.class.getResourceAsStream("compatibility-ids.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.US_ASCII);
            for (String line :
                    text.lines().filter(each -> !each.startsWith("#")).toList()) {
                int space = line.indexOf(' ');
                String family = line.substring(0, space);
                String letters = line.substring(space + 1);
                for (int i = 0; i < letters.length(); i++) {
                    ids.put(String.format(Locale.ROOT, "%s-%02d", family, i + 1), letters.charAt(i));
                }
            }
        }
        return ids;
    }

    /** The text of every test class by its name, which must be unique as far as the table names it. */
    private Map<String, String> testSources() throws IOException {
        String named = rows.values().stream().map(Row::shownBy).collect(Collectors.joining());
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("proxy", "connector", "edge-sim")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString().replace(".java", "");
                    if (named.contains('`' + name + '.')) {
                        sources.merge(name, Files.readString(file), (one, other) -> one + other);
                    }
                }
            }
        }
        return sources;
    }
}
