package io.jrootfs.builder.closure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** What the check of a root found as one JSON object; CLOSURE.md describes it. */
public final class CheckJson {
  private CheckJson() {}

  /** The whole report, remarks included, ending in a newline. */
  public static String render(RootCheck.Report report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("good", report.isGood());
    root.put("programs", report.programs());
    root.put("libraries", report.libraries());
    root.put("scripts", report.scripts());
    ArrayNode findings = root.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
          .put("path", finding.path().value())
          .put("message", finding.message());
    }
    return EscapedJson.of(root);
  }
}
