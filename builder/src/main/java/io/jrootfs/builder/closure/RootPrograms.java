package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;

/** Everything in a root that can be started. */
public final class RootPrograms {
  private RootPrograms() {}

  /**
   * The programs and scripts of a whole root, sorted by path.
   *
   * @throws IOException if it cannot be read
   */
  public static ImmutableList<Program> of(Sysroot sysroot) throws IOException {
    RootFiles files = RootFiles.of(sysroot, new ElfFiles(sysroot));
    ImmutableList.Builder<Program> programs = ImmutableList.builder();
    for (SysrootPath path : files.programs().keySet()) {
      programs.add(new Program(path.value(), path));
    }
    for (SysrootPath path : files.scripts()) {
      programs.add(new Program(path.value(), path));
    }
    return programs.build();
  }
}
