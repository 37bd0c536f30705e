package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of IMAGES.md, executed: every kind of file, through every format and compression. */
class ImageMatrixTest {
  private static final Path DOCUMENT = Path.of("../builder/IMAGES.md");

  /** What some programs drop: its name in the table, and the lines of the inventory about it. */
  private static final ImmutableMap<String, Pattern> DROPPED =
      ImmutableMap.of(
          "early", Pattern.compile("\\./times/early -rw-r--r-- .*"),
          "empty", Pattern.compile("\\./attributes/named user\\.empty=0x"),
          "trusted", Pattern.compile("\\./attributes/named trusted\\.note=0x726f6f74"),
          "acl",
              Pattern.compile("\\./attributes/(listed|inherited) (system\\.posix_acl_|user::).*"));

  /** With what the inventory is taken, for where nothing else is. */
  private static final String PROGRAMS =
      "sh,find,sort,stat,sha256sum,sed,tr,getfattr,getfacl,getcap";

  @TempDir static Path work;
  private static Dist dist;
  private static ImmutableList<String> expected;

  @BeforeAll
  static void makeTree() throws Exception {
    dist = Dist.sharedIn(work);
    Dist.bring(
        work, "sample-tree.sh", "inventory.sh", "consume.sh", "registry.sh", "containerd.sh");
    Files.writeString(
        work.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    shell(work, "sh sample-tree.sh kept");
    expected = lines(shell(work, "sh inventory.sh kept"));
  }

  private static String shell(Path directory, String script) throws Exception {
    Dist.Result result = dist.shell(directory, "export TZ=UTC\n" + script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  private static ImmutableList<String> lines(String text) {
    return ImmutableList.copyOf(Splitter.on('\n').splitToList(text));
  }

  /** The cells of each row of the table of the document that begins like this. */
  private static ImmutableList<List<String>> table(String start) throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .dropWhile(line -> !line.startsWith(start))
        .takeWhile(line -> line.startsWith("|"))
        .filter(line -> !line.startsWith("| ---"))
        .map(line -> Splitter.on('|').trimResults().splitToList(line))
        .map(cells -> cells.subList(1, cells.size() - 1))
        .collect(ImmutableList.toImmutableList());
  }

  static List<Arguments> cells() throws IOException {
    ImmutableList<List<String>> rows = table("| format |");
    ImmutableList.Builder<Arguments> cells = ImmutableList.builder();
    for (List<String> row : rows.subList(1, rows.size())) {
      for (int column = 2; column < row.size(); column++) {
        if (!row.get(column).isEmpty()) {
          cells.add(arguments(row.get(0), row.get(1), rows.get(0).get(column), row.get(column)));
        }
      }
    }
    return cells.build();
  }

  /** What jbuild has made of the tree in that format; the same for every program that reads it. */
  private static Path output(String format, String compression) throws Exception {
    Path output = work.resolve(format + "-" + compression);
    if (!Files.exists(output)) {
      boolean isImage = !format.equals("rootfs") && !format.equals("dir");
      shell(
          work,
          "jbuild rootfs -q --source-date-epoch 1700000000 --copy kept:/kept --add "
              + PROGRAMS
              + (" --format " + format + " -o " + output)
              + (compression.isEmpty() ? "" : " --compress " + compression)
              + (isImage ? " -t example/kept:1" : ""));
    }
    return output;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theConsumerHasTheTreeThatWasCopied(
      String format, String compression, String consumer, String cell) throws Exception {
    Path output = output(format, compression);
    Path place = Files.createDirectory(work.resolve("place"));
    try {
      Dist.Result result =
          dist.shell(
              place,
              "export TZ=UTC; cp ../policy.json ../inventory.sh .; sh ../consume.sh '"
                  + (consumer + "' " + output));
      if (cell.equals("refused")) {
        assertThat(result.status()).isNotZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isNotEmpty();
        return;
      }
      assertThat(result.status()).as(result.err()).isZero();
      List<Pattern> dropped = dropped(cell);
      assertThat(without(dropped, lines(result.out()))).isEqualTo(without(dropped, expected));
    } finally {
      shell(work, "rm -rf place");
    }
  }

  private static List<Pattern> dropped(String cell) {
    if (cell.equals("kept")) {
      return List.of();
    }
    assertThat(cell).startsWith("but ");
    return Splitter.on(", ")
        .splitToStream(cell.substring("but ".length()))
        .map(name -> Objects.requireNonNull(DROPPED.get(name), name))
        .toList();
  }

  private static List<String> without(List<Pattern> dropped, List<String> inventory) {
    return inventory.stream()
        .filter(line -> dropped.stream().noneMatch(it -> it.matcher(line).matches()))
        .toList();
  }

  @Test
  void whatSomeProgramsDropIsInTheTree() {
    assertThat(DROPPED.values())
        .allMatch(line -> expected.stream().anyMatch(line.asMatchPredicate()));
  }

  /** A kind that nobody has put into the tree would be kept by nobody. */
  @Test
  void everyKindIsInTheTree() throws Exception {
    ImmutableList<List<String>> kinds = table("| kind |");
    assertThat(kinds).hasSizeGreaterThan(10);
    for (List<String> kind : kinds.subList(1, kinds.size())) {
      List<String> paths =
          Pattern.compile("`([^`]+)`")
              .matcher(kind.get(1))
              .results()
              .map(found -> found.group(1))
              .toList();
      assertThat(paths).as(kind.get(0)).isNotEmpty();
      for (String path : paths) {
        assertThat(expected).as(kind.get(0)).anyMatch(line -> line.startsWith("./" + path + " "));
      }
    }
  }

  /** Every combination has a row, so that none is forgotten when a format or compression comes. */
  @Test
  void everyFormatAndCompressionHasARow() throws Exception {
    ImmutableList.Builder<String> combinations = ImmutableList.builder();
    for (String format : words("--format")) {
      for (String compression : words("--compress")) {
        combinations.add(format.equals("dir") ? "dir " : format + " " + compression);
      }
    }
    ImmutableList<List<String>> rows = table("| format |");
    assertThat(rows.subList(1, rows.size()))
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactlyInAnyOrderElementsOf(combinations.build().stream().distinct().toList());
  }

  /** The words that an option takes, as jbuild lists them to who writes another one. */
  private static List<String> words(String option) throws Exception {
    Dist.Result result = dist.shell(work, "jbuild rootfs --add sh " + option + " nonesuch");
    return Pattern.compile("is none of (.*?)\\.")
        .matcher(result.err())
        .results()
        .findFirst()
        .map(found -> Splitter.on(", ").splitToList(found.group(1)))
        .orElseThrow();
  }
}
