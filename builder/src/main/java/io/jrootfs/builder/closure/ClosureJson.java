package io.jrootfs.builder.closure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.sysroot.LinkHop;
import java.util.Locale;

/** The closure as one JSON object with the records' own names; CLOSURE.md describes it. */
final class ClosureJson {
  private ClosureJson() {}

  static String render(Closure closure) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode programs = root.putArray("programs");
    for (Program program : closure.programs()) {
      programs.addObject().put("name", program.name()).put("path", program.path().value());
    }
    ArrayNode nodes = root.putArray("nodes");
    for (Closure.Node node : closure.nodes().values()) {
      nodes.addObject().put("path", node.path().value()).put("kind", slug(node.kind().name()));
    }
    ArrayNode edges = root.putArray("edges");
    closure.edges().forEach(edge -> edge(edges.addObject(), edge));
    ArrayNode missing = root.putArray("missing");
    closure.missing().forEach(absent -> missing(missing.addObject(), absent));
    ArrayNode advice = root.putArray("advice");
    closure.advice().forEach(one -> advice(advice.addObject(), one));
    return EscapedJson.of(root);
  }

  private static void edge(ObjectNode node, Closure.Edge edge) {
    edge.from().ifPresent(from -> node.put("from", from.value()));
    node.put("requested", edge.requested());
    node.put("found", edge.to().requested().value());
    node.put("path", edge.to().path().value());
    ArrayNode links = node.putArray("links");
    for (LinkHop hop : edge.to().hops()) {
      links.addObject().put("link", hop.link().value()).put("target", hop.target());
    }
    foundBy(node, edge.foundBy());
  }

  private static void advice(ObjectNode node, Advice advice) {
    node.put("topic", advice.topic());
    ArrayNode files = node.putArray("files");
    advice.files().forEach(file -> files.add(file.value()));
    node.put("reason", advice.reason());
    advice.remedy().ifPresent(remedy -> node.put("remedy", remedy));
    if (!advice.names().isEmpty()) {
      ArrayNode names = node.putArray("names");
      advice
          .names()
          .forEach(
              (name, path) -> {
                ObjectNode one = names.addObject().put("name", name);
                path.ifPresent(there -> one.put("path", there.value()));
              });
    }
  }

  private static void foundBy(ObjectNode node, FoundBy foundBy) {
    if (foundBy instanceof FoundBy.DlopenNote note) {
      node.put("dlopenNote", note.priority());
      foundBy(node, note.rule());
    } else if (foundBy instanceof FoundBy.Rpath rpath) {
      node.put("foundBy", "rpath").put("rpathOf", rpath.owner().value());
    } else {
      node.put("foundBy", foundBy.toString());
    }
  }

  private static void missing(ObjectNode node, Closure.Missing absent) {
    node.put("requested", absent.requested());
    node.put("neededBy", absent.neededBy().value());
    ArrayNode searched = node.putArray("searched");
    for (SearchedPlace place : absent.searched()) {
      ObjectNode one = searched.addObject().put("place", place.place());
      foundBy(one, place.rule());
      place.passedOver().ifPresent(reason -> one.put("passedOver", reason));
    }
    absent.reason().ifPresent(reason -> node.put("reason", reason));
  }

  private static String slug(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
