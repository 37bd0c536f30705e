package io.jrootfs.builder.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** nm and readelf are asked what programs and libraries of this machine want and define. */
class SymbolOracleTest {
  private static final Pattern NEED = Pattern.compile(".*Name: (\\S+)  Flags: (.*)  Version: .*");
  private static final Pattern FILE = Pattern.compile(".*Version: 1  File: (\\S+)  Cnt: .*");
  private static final Pattern DEFINITION = Pattern.compile(".*Index: .*  Name: (\\S+)");

  private static List<Path> samples() throws IOException {
    try (Stream<Path> programs = Files.list(Path.of("/usr/bin"));
        Stream<Path> libraries = Files.list(Path.of("/usr/lib/x86_64-linux-gnu"))) {
      return Stream.concat(
              programs.sorted().limit(150),
              libraries.filter(it -> it.toString().contains(".so.")).sorted().limit(100))
          .filter(SymbolOracleTest::isElf)
          .toList();
    }
  }

  /** Whose DT_HASH has wider words than that of any other machine, and whose bytes are reversed. */
  private static List<Path> bigEndianSamples() throws IOException {
    try (Stream<Path> libraries = Files.list(Path.of("/usr/s390x-linux-gnu/lib"))) {
      return libraries.sorted().filter(SymbolOracleTest::isElf).toList();
    }
  }

  private static boolean isElf(Path file) {
    try {
      return Files.isRegularFile(file)
          && ElfReader.read(file).flatMap(ElfFile::dynamic).isPresent();
    } catch (IOException | MalformedElfException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void importsAreTheUndefinedSymbolsThatNmLists() throws Exception {
    List<Path> files = samples();
    assertThat(files).hasSizeGreaterThan(50);
    for (Path file : files) {
      assertThat(ElfReader.imports(file)).as(file.toString()).isEqualTo(listed("nm", file));
    }
    List<Path> bigEndian = bigEndianSamples();
    assertThat(bigEndian).hasSizeGreaterThan(5);
    for (Path file : bigEndian) {
      assertThat(ElfReader.imports(file))
          .as(file.toString())
          .isEqualTo(listed("s390x-linux-gnu-nm", file));
    }
  }

  private static Set<String> listed(String nm, Path file) throws IOException {
    return ExternalTool.run(Path.of("/"), nm, "-D", "-u", "-P", file.toString())
        .lines()
        .map(line -> line.split("[ @]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void versionsAreThoseThatReadelfLists() throws Exception {
    for (Path file : Iterables.concat(samples(), bigEndianSamples())) {
      Map<String, Set<String>> needs = new TreeMap<>();
      Set<String> definitions = new TreeSet<>();
      String from = "";
      for (String line :
          ExternalTool.run(Path.of("/"), "readelf", "-V", "-W", file.toString()).split("\n", -1)) {
        Matcher fileLine = FILE.matcher(line);
        Matcher need = NEED.matcher(line);
        Matcher definition = DEFINITION.matcher(line);
        if (fileLine.matches()) {
          from = fileLine.group(1);
        } else if (need.matches()) {
          needs.computeIfAbsent(from, absent -> new TreeSet<>()).add(need.group(1));
        } else if (definition.matches()) {
          definitions.add(definition.group(1));
        }
      }
      ElfVersions versions = ElfReader.versions(file);
      Map<String, Set<String>> ours = new TreeMap<>();
      versions
          .needs()
          .forEach(
              it ->
                  ours.computeIfAbsent(it.file(), absent -> new TreeSet<>())
                      .add(it.version().name()));
      assertThat(ours).as(file.toString()).isEqualTo(needs);
      assertThat(versions.definitions())
          .as(file.toString())
          .extracting(ElfVersions.Version::name)
          .containsExactlyInAnyOrderElementsOf(definitions);
    }
  }
}
