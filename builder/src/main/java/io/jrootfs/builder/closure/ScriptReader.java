package io.jrootfs.builder.closure;

import io.jrootfs.builder.closure.UnusableProgramException.Fault;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Optional;

/** Scripts and what they start. */
final class ScriptReader {
  /** How often the kernel goes on from one script's interpreter to the next (fs/exec.c). */
  private static final int MAX_CHAIN = 5;

  private final Sysroot sysroot;
  private final ProgramFinder finder;

  ScriptReader(Sysroot sysroot, ProgramFinder finder) {
    this.sysroot = sysroot;
    this.finder = finder;
  }

  /**
   * Reads the first line.
   *
   * @throws UnusableProgramException if the file is no script, or one the kernel refuses
   */
  Shebang read(Resolution file) throws IOException, UnusableProgramException {
    byte[] start = start(file);
    if (!Shebang.isScript(start)) {
      throw new UnusableProgramException(
          file.path(),
          Fault.UNKNOWN_FORMAT,
          start.length == 0
              ? "is an empty file"
              : "is neither an ELF file nor a script that starts with #!",
          null);
    }
    return Shebang.parse(start)
        .orElseThrow(
            () ->
                new UnusableProgramException(
                    file.path(),
                    Fault.BAD_SCRIPT,
                    "is a script whose first line names no interpreter within "
                        + Shebang.MAX_LINE
                        + " bytes",
                    null));
  }

  private byte[] start(Resolution file) throws IOException {
    try (InputStream in = Files.newInputStream(sysroot.file(file.path()))) {
      return in.readNBytes(Shebang.MAX_LINE);
    }
  }

  /**
   * Follows the interpreters of interpreters.
   *
   * @throws UnusableProgramException if the script runs a script that runs a script and so on, and
   *     the kernel stops before an ELF file is reached
   */
  void requireShortChain(Resolution script, Shebang shebang)
      throws IOException, UnusableProgramException {
    Optional<Shebang> at = Optional.of(shebang);
    for (int scripts = 1; at.isPresent(); scripts++) {
      if (scripts > MAX_CHAIN) {
        throw new UnusableProgramException(
            script.path(),
            Fault.BAD_SCRIPT,
            "is a script whose interpreter is a script, and so on more than "
                + MAX_CHAIN
                + " times, which the kernel refuses",
            null);
      }
      at = shebangOf(at.get().interpreter());
    }
  }

  private Optional<Shebang> shebangOf(String path) throws IOException {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    Optional<Resolution> file =
        finder.resolve(SysrootPath.of(path)).filter(Resolution::isRegularFile);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    byte[] start = start(file.get());
    return Shebang.isScript(start) ? Shebang.parse(start) : Optional.empty();
  }
}
