package io.jrootfs.builder.inspect;

import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.inspect.NeedsGraph.File;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is said of a file of a {@link NeedsGraph} when somebody points at it. */
final class NeedsTitles {
  /** More names than these are for the table. */
  private static final int NAMES = 20;

  private final NeedsGraph graph;

  NeedsTitles(NeedsGraph graph) {
    this.graph = graph;
  }

  /** Writes a line for the file, one for what it needs and one for what needs it. */
  void write(Html page, File file) {
    page.text(file.name() + (file.kind().isEmpty() ? " is not there" : ""));
    names(page, "needs ", file.needs());
    names(page, "needed by ", file.neededBy());
  }

  private void names(Html page, String before, Collection<Integer> numbers) {
    if (!numbers.isEmpty()) {
      String names =
          numbers.stream()
              .limit(NAMES)
              .map(number -> graph.file(number).fileName())
              .collect(Collectors.joining(", "));
      page.raw("\n").text(before + names);
      if (numbers.size() > NAMES) {
        page.text(" and " + (numbers.size() - NAMES) + " more");
      }
    }
  }

  /** A word for people. */
  static String wordOf(Kind kind) {
    return switch (kind) {
      case DYNAMIC_PROGRAM, STATIC_PROGRAM -> "program";
      case SCRIPT -> "script";
      case SHARED_OBJECT -> "library";
      case PROGRAM_INTERPRETER -> "interpreter";
      case LOADER_CONFIGURATION -> "configuration";
    };
  }

  /** The class of {@link PageStyle} for such a file. */
  static String styleOf(Kind kind) {
    return switch (kind) {
      case DYNAMIC_PROGRAM, STATIC_PROGRAM -> "program";
      case SCRIPT -> "script";
      case SHARED_OBJECT, PROGRAM_INTERPRETER -> "library";
      case LOADER_CONFIGURATION -> "file";
    };
  }
}
