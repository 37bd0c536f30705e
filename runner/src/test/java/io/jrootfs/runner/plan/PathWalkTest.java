package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's own resolution of paths ends where that of the kernel's openat2(2) does. */
class PathWalkTest {
  private static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "", ".", "..", "file", "dir", "up", "out", "root", "loop", "gone", "through", "proc",
          "self", "exe", "cwd", "fd", "mounts", "0");

  private static final String TREE =
      """
      mkdir -p root/dir/dir root/proc
      touch root/file root/dir/file secret
      cd root
      ln -s .. up
      ln -s ../../../secret out
      ln -s /dir/../dir root
      ln -s loop loop
      ln -s nowhere/file gone
      ln -s dir/../up/./file through
      cd dir
      ln -s ../../../../dir/file up
      ln -s /proc/self/root/etc out
      ln -s /proc/self/cwd root
      ln -s /../.. gone
      ln -s file/ through
      ln -s loop/../file loop
      """;

  @TempDir Path directory;
  private Path oracle;

  @BeforeEach
  void compile() throws IOException {
    oracle = directory.resolve("walk_oracle");
    assertThat(
            Launcher.run(
                "cc",
                "-Wall",
                "-Werror",
                "-Isrc/main/c",
                "-o",
                oracle.toString(),
                "src/test/c/walk_oracle.c",
                "src/main/c/walk.c"))
        .isEqualTo(new Launcher.Result(0, "", ""));
  }

  private static void addPaths(StringBuilder lines, String start, int depth) {
    for (String name : NAMES) {
      String path = start + name;
      lines.append(path).append('\n');
      if (depth > 1) {
        addPaths(lines, path + "/", depth - 1);
      }
    }
  }

  /**
   * Every path of up to three of the names, from the root and below dir, in a tree whose links lead
   * everywhere.
   */
  private List<String> compare(String program) throws IOException {
    StringBuilder lines = new StringBuilder();
    addPaths(lines, "", 3);
    addPaths(lines, "/dir/", 3);
    Path paths = Files.writeString(directory.resolve("paths"), lines);
    Launcher.Result result =
        Launcher.run(
            "unshare",
            "--mount",
            "sh",
            "-euc",
            "cd \"$0\"\n" + TREE + "cd ../..; mount -t proc proc root/proc\n" + program,
            directory.toString(),
            oracle.toString(),
            paths.toString());
    assertThat(result.status()).as(result.error()).isZero();
    return Splitter.on('\n').omitEmptyStrings().splitToList(result.output());
  }

  private static void assertAllTheSame(List<String> lines, int atLeast) {
    assertThat(lines).hasSize(1);
    List<String> counts = Splitter.on(' ').splitToList(lines.get(0));
    assertThat(Integer.parseInt(counts.get(0))).isGreaterThan(60_000);
    assertThat(Integer.parseInt(counts.get(1))).isGreaterThan(atLeast);
  }

  @Test
  void insideARootWhateverTheLinksSay() throws IOException {
    assertAllTheSame(compare("exec \"$1\" root <\"$2\""), 2_000);
  }

  @Test
  void withoutLinksFromTheTop() throws IOException {
    assertAllTheSame(compare("sed \"s,^,$0/root/,\" \"$2\" | \"$1\""), 1_000);
  }
}
