package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Roots for other machines, of either byte order, unpacked from a distribution's packages: of every
 * dynamic program there its own loader, under qemu, says what it loads.
 */
class UnpackedRootOracleTest {
  /** Programs with many libraries, some in private directories that run paths name. */
  private static final String PACKAGES =
      "base-files,bash,coreutils,curl,file,gawk,git,gnupg,iproute2,less,perl,python3,systemd,util-linux";

  private static final Pattern FOUND = Pattern.compile("\\t(\\S+) => (.+?)(?: \\(0x[0-9a-f]+\\))?");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"arm64, qemu-aarch64-static, cortex-a57", "s390x, qemu-s390x-static, max"})
  void everyProgramLoadsWhatItsOwnLoaderSays(String architecture, String qemu, String processor)
      throws Exception {
    Path root = UnpackedDebian.at(directory.resolve("root"), "bookworm", architecture, PACKAGES);
    Files.copy(Path.of("/usr/bin", qemu), root.resolve("qemu"));
    Sysroot sysroot = Sysroot.of(root);
    List<SysrootPath> programs = programs(sysroot);
    assertThat(programs).hasSizeGreaterThan(200);
    Map<SysrootPath, Map<String, String>> ours = new TreeMap<>();
    Map<SysrootPath, Map<String, String>> loaders = new TreeMap<>();
    for (SysrootPath program : programs) {
      ours.put(program, ours(sysroot, program));
    }
    for (String line : traced(root, programs, processor)) {
      String[] parts = line.split("\\t", 2);
      Map<String, String> loaded =
          loaders.computeIfAbsent(SysrootPath.of(parts[0]), absent -> new TreeMap<>());
      Matcher found = FOUND.matcher("\t" + parts[1]);
      if (found.matches()) {
        loaded.put(found.group(1), SysrootPath.of(found.group(2)).value());
      }
    }
    assertThat(ours).containsExactlyEntriesOf(loaders);
  }

  private static List<SysrootPath> programs(Sysroot sysroot) throws Exception {
    List<SysrootPath> programs = new ArrayList<>();
    for (String bin : List.of("/usr/bin", "/usr/sbin")) {
      try (Stream<Path> files = Files.list(sysroot.file(SysrootPath.of(bin)))) {
        for (Path file : files.sorted().toList()) {
          if (Files.isRegularFile(file)
              && !Files.isSymbolicLink(file)
              && ElfReader.read(file).map(ElfFile::isDynamicProgram).orElse(false)) {
            programs.add(SysrootPath.of(bin + "/" + file.getFileName()));
          }
        }
      }
    }
    return programs;
  }

  private static Map<String, String> ours(Sysroot sysroot, SysrootPath program) throws Exception {
    Closure closure =
        RootfsBuild.resolve(
            ImmutableList.of(program.value()), sysroot, ImmutableList.of(), SysrootPath.ROOT);
    Map<String, String> loaded = new TreeMap<>();
    for (Closure.Edge edge : closure.edges()) {
      boolean isSearched =
          !(edge.foundBy() instanceof FoundBy.Request
              || edge.foundBy() instanceof FoundBy.ProgramInterpreter
              || edge.foundBy() instanceof FoundBy.AlreadyLoaded
              || edge.foundBy() instanceof FoundBy.DlopenNote);
      if (isSearched) {
        loaded.put(edge.requested(), edge.to().requested().value());
      }
    }
    closure.missing().forEach(absent -> loaded.put(absent.requested(), "not found"));
    return loaded;
  }

  /** Lines of the loader, each behind its program. Started by name, it traces every program. */
  private static List<String> traced(Path root, List<SysrootPath> programs, String processor)
      throws IOException {
    Sysroot sysroot = Sysroot.of(root);
    Optional<Resolution> loader = sysroot.find(SysrootPath.of("/lib/ld-linux-aarch64.so.1"));
    String interpreter = loader.isPresent() ? "/lib/ld-linux-aarch64.so.1" : "/lib/ld64.so.1";
    Files.write(root.resolve("programs"), programs.stream().map(SysrootPath::value).toList());
    return ExternalTool.shell(
            root,
            "xargs -n 1 -P \"$(nproc)\" sh -c '/usr/sbin/chroot . /qemu -cpu \"$1\""
                + " -E LD_TRACE_LOADED_OBJECTS=1 \"$0\" \"$2\" </dev/null | sed -u \"s|^|$2|\"'"
                + " \"$1\" \"$2\" <programs",
            interpreter,
            processor)
        .lines()
        .toList();
  }
}
