package dev.adit.edgesim.rehearse;

import java.util.List;

/** The report as one page that needs nothing else: the table, and a time line for each profile. */
final class HtmlReport {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Rehearsal</title>
            <style>
            :root { color-scheme: light dark; --text: #1d2430; --dim: #5a6472; --back: #ffffff; --rule: #d5dae1;
              --good: #4d86c6; --late: #d29200; --lost: #c9403c; --wrong: #a02c9c; --fault: #f3dfc9; --line: #1b7a53; }
            @media (prefers-color-scheme: dark) {
              :root { --text: #e6e9ee; --dim: #a1abb8; --back: #14181f; --rule: #38414d;
                --good: #5b93d3; --late: #dfa52e; --lost: #e0605a; --wrong: #d06acb; --fault: #453422; --line: #54c493; }
            }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
              max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
            th, td { padding: 0.25rem 0.7rem; text-align: right; border-bottom: 1px solid var(--rule); }
            th:first-child, td:first-child { text-align: left; }
            caption { text-align: left; color: var(--dim); padding-bottom: 0.5rem; }
            .scroll { overflow-x: auto; }
            .bad { font-weight: bold; }
            svg { width: 100%; height: auto; font-size: 11px; }
            svg text { fill: var(--dim); }
            .good { fill: var(--good); } .late { fill: var(--late); } .lost { fill: var(--lost); }
            .wrong { fill: var(--wrong); } .fault { fill: var(--fault); }
            .connections { fill: none; stroke: var(--line); stroke-width: 2; }
            .axis { fill: none; stroke: var(--dim); }
            .key { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 0.3em 0 1em; }
            .key:first-child { margin-left: 0; }
            pre { white-space: pre-wrap; font-size: 0.85rem; color: var(--dim); }
            </style>
            </head>
            <body>
            """;
    private static final String KEYS = """
            <p><span class="key" style="background: var(--good)"></span>in time
            <span class="key" style="background: var(--late)"></span>late
            <span class="key" style="background: var(--lost)"></span>lost or down
            <span class="key" style="background: var(--wrong)"></span>wrong
            <span class="key" style="background: var(--fault)"></span>fault
            <span class="key" style="background: var(--line)"></span>connections (scale on the right)</p>
            """;

    private HtmlReport() {}

    static String of(Report report) {
        StringBuilder out = new StringBuilder(HEAD);
        Report.Setting setting = report.setting();
        out.append("<h1>Rehearsal</h1>\n<p class=\"verdict\">");
        out.append(escaped(TextReport.verdict(report))).append("</p>\n<p>Connector: <code>");
        out.append(escaped(setting.connector())).append("</code></p>\n<div class=\"scroll\"><table>\n<caption>");
        out.append(setting.connections()).append(" connections, ").append(setting.rate());
        out.append(" requests a second, seed ").append(setting.seed()).append("</caption>\n<thead><tr>");
        TextReport.COLUMNS.forEach(column ->
                out.append("<th scope=\"col\">").append(escaped(column)).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        report.results().forEach(result -> row(out, result));
        out.append("</tbody>\n</table></div>\n<details><summary>What the columns mean</summary><pre>");
        out.append(escaped(TextReport.LEGEND)).append("</pre></details>\n<h2>Time lines</h2>\n");
        out.append("<p>Requests by the second in which they were due.</p>\n").append(KEYS);
        report.results().forEach(result -> section(out, result, setting.connections()));
        return out.append("</body>\n</html>\n").toString();
    }

    private static void row(StringBuilder out, TrialResult result) {
        List<String> cells = TextReport.cells(result);
        out.append(result.isGood() ? "<tr>" : "<tr class=\"bad\">");
        out.append("<th scope=\"row\"><a href=\"#")
                .append(escaped(cells.get(0)))
                .append("\">");
        out.append(escaped(cells.get(0))).append("</a></th>");
        cells.subList(1, cells.size())
                .forEach(cell -> out.append("<td>").append(cell).append("</td>"));
        out.append("</tr>\n");
    }

    private static void section(StringBuilder out, TrialResult result, int connections) {
        String name = escaped(result.trial().name());
        out.append("<h3 id=\"").append(name).append("\">").append(name).append("</h3>\n<p>");
        out.append(escaped(result.trial().description())).append("</p>\n");
        out.append(Chart.of(result, connections));
    }

    /** {@code text} as the content of an element or an attribute. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
