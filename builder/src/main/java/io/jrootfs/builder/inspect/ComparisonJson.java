package io.jrootfs.builder.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;

/**
 * Differences as a JSON array of objects with the record's own names; what is absent is left out.
 */
public final class ComparisonJson {
  private ComparisonJson() {}

  public static String of(ImmutableList<Difference> differences) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Difference difference : differences) {
      ObjectNode node = array.addObject();
      node.put("subject", Ascii.toLowerCase(difference.subject().name()));
      node.put("name", difference.name());
      if (!difference.aspect().isEmpty()) {
        node.put("aspect", difference.aspect());
      }
      difference.first().ifPresent(value -> node.put("first", value));
      difference.second().ifPresent(value -> node.put("second", value));
    }
    return PrettyJson.of(array);
  }
}
