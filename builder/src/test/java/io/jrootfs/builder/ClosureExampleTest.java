package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example in ClosureResolver's documentation, from a package that sees public types only. */
class ClosureExampleTest {
  private static final String MODULE = "src/%s/java/io/jrootfs/builder/%s";

  private static void example() throws Exception {
    Sysroot sysroot = Sysroot.of(Path.of("/"));
    ImmutableList<SysrootPath> path = ProgramFinder.searchPath("/usr/bin:/bin");
    Program bash = new ProgramFinder(sysroot, path, SysrootPath.ROOT).find("bash");
    Closure closure = new ClosureResolver(sysroot, path).resolve(List.of(bash));
    for (Closure.Edge edge : closure.edges()) {
      System.out.println(edge.requested() + " is " + edge.to().path() + ": " + edge.foundBy());
    }
    closure.missing().forEach(missing -> System.out.println(missing.sentence()));
  }

  @Test
  void theExampleTellsWhatBashLoads() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      example();
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("bash is /usr/bin/bash: requested\n", "libc.so.6 is ", ": ld.so.cache\n")
        .doesNotContain("was not found");
  }

  @Test
  void theDocumentationShowsTheseVeryLines() throws Exception {
    String documented =
        Files.readString(Path.of(MODULE.formatted("main", "closure/ClosureResolver.java")));
    Matcher block = Pattern.compile("(?s)<pre>\\{@code\n(.*?) \\* }</pre>").matcher(documented);
    assertThat(block.find()).isTrue();
    String lines =
        block
            .group(1)
            .lines()
            .map(line -> line.replaceFirst("^ \\* ", "    "))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(Path.of(MODULE.formatted("test", "ClosureExampleTest.java"))))
        .contains(lines);
  }
}
