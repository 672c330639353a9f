package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import java.util.List;
import java.util.function.Function;

/** Answers with one page of a list. */
final class Pages {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private Pages() {}

    static <T> AdminAnswer of(AdminRequest request, List<T> all, Function<T, ObjectNode> shape) {
        int page = Fields.number(request, "page", 1);
        int perPage = Math.min(MOST, Fields.number(request, "per_page", USUAL));
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        all.stream().skip((page - 1L) * perPage).limit(perPage).map(shape).forEach(result::add);
        ObjectNode envelope = Envelope.wrap(result);
        envelope.putObject("result_info")
                .put("count", result.size())
                .put("page", page)
                .put("per_page", perPage)
                .put("total_count", all.size())
                .put("total_pages", (all.size() + perPage - 1) / perPage);
        return AdminAnswer.json(200, envelope);
    }
}
