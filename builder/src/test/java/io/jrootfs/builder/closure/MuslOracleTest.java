package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** musl's own loader, in its list mode, is asked about trees no distribution would ship. */
class MuslOracleTest {
  private static final String LOADER = "/lib/ld-musl-x86_64.so.1";
  private static final Pattern LOADED =
      Pattern.compile("\\t(libjrootfs\\d\\.so) => (/\\S+) \\(0x[0-9a-f]+\\)");
  private static final Pattern FAILED =
      Pattern.compile("Error loading shared library (\\S+): .* \\(needed by .*\\)");

  @Provide
  Arbitrary<RandomTree> trees() {
    // musl takes a library of any machine and then dies of it, before it has listed the rest.
    return RandomTree.trees(LOADER).map(tree -> tree.without(RandomTree.Kind.FOREIGN));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void muslAndTheClosureAgree(@ForAll("trees") RandomTree tree) throws Exception {
    Path root = Files.createTempDirectory("trees").toRealPath();
    try {
      Path program = tree.write(root);
      assertThat(ours(program)).isEqualTo(loaders(program));
    } finally {
      MoreFiles.deleteRecursively(root, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /**
   * What happened.
   *
   * @param loaded name and path as found, in load order
   */
  private record Trace(List<String> loaded, Set<String> missing) {}

  private static Trace ours(Path program) throws Exception {
    Closure closure =
        new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
            .resolve(List.of(new Program(program.toString(), SysrootPath.of(program.toString()))));
    Set<FileIdentity> seen = new HashSet<>();
    List<String> loaded = new ArrayList<>();
    for (Closure.Edge edge : closure.edges()) {
      boolean wasSearched =
          edge.foundBy() instanceof FoundBy.Rpath || edge.foundBy() instanceof FoundBy.DefaultPath;
      if (wasSearched && seen.add(edge.to().identity())) {
        loaded.add(edge.requested() + " => " + edge.to().requested());
      }
    }
    Set<String> missing = new TreeSet<>();
    closure.missing().forEach(absent -> missing.add(absent.requested()));
    return new Trace(loaded, missing);
  }

  private static Trace loaders(Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(LOADER, "--list", program.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isIn(0, 127);
    List<String> loaded = new ArrayList<>();
    Set<String> missing = new TreeSet<>();
    for (String line : output.split("\n", -1)) {
      Matcher found = LOADED.matcher(line);
      Matcher failed = FAILED.matcher(line);
      if (found.matches()) {
        // As in our paths, dots stay and empty components do not.
        loaded.add(found.group(1) + " => " + SysrootPath.of(found.group(2)));
      } else if (failed.matches()) {
        missing.add(failed.group(1));
      }
    }
    return new Trace(loaded, missing);
  }
}
