package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests that a document names, a class or one method of it, of whichever module. */
final class NamedTests {
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final ImmutableList<Path> SOURCES =
      ImmutableList.of(
          Path.of("../builder/src/test/java"),
          Path.of("../runner/src/test/java"),
          Path.of("../recipes/src/test/java"));

  /** What JUnit or jqwik starts; source and not bytes, for later modules are not compiled yet. */
  private static final Pattern ANNOTATION = Pattern.compile("@\\w*(?:Test|Property|Example)\\b");

  private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");

  private NamedTests() {}

  static ImmutableList<MatchResult> in(String document) {
    return REFERENCE.matcher(document).results().collect(ImmutableList.toImmutableList());
  }

  /** Those of them that are not there. */
  static ImmutableSet<String> missing(String document) throws IOException {
    ImmutableSet.Builder<String> missing = ImmutableSet.builder();
    for (MatchResult reference : in(document)) {
      String method = reference.group(2);
      ImmutableSet<String> tests = tests(reference.group(1));
      if (method == null ? tests.isEmpty() : !tests.contains(method)) {
        missing.add(reference.group());
      }
    }
    return missing.build();
  }

  /** The methods of that class that are tests; none if there is no such class, or two. */
  private static ImmutableSet<String> tests(String className) throws IOException {
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    for (Path sources : SOURCES) {
      try (Stream<Path> all = Files.walk(sources)) {
        files.addAll(all.filter(file -> file.endsWith(className + ".java")).toList());
      }
    }
    ImmutableSet.Builder<String> tests = ImmutableSet.builder();
    if (files.build().size() == 1) {
      String source = Files.readString(files.build().get(0));
      Matcher method = METHOD.matcher(source);
      for (MatchResult annotation : ANNOTATION.matcher(source).results().toList()) {
        if (method.find(annotation.end())) {
          tests.add(method.group(1));
        }
      }
    }
    return tests.build();
  }
}
