package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.rootfs.AccountLines;
import io.jrootfs.builder.rootfs.Amendment;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Optional;

/**
 * What a recipe can ask for and a command line cannot.
 *
 * @param programs found already, and with what they open while they run; none is the default
 *     command
 * @param files names of the sysroot, each for itself, at the place they have there
 * @param entries what is made
 * @param accounts users and groups beyond root and nobody
 * @param amendments changes of what is there, in order, after everything else
 */
public record Additions(
    ImmutableList<Program> programs,
    ImmutableList<SysrootPath> files,
    ImmutableList<Entry> entries,
    Optional<AccountLines> accounts,
    ImmutableList<Amendment> amendments) {

  /**
   * Something made.
   *
   * @param source who wants it, for messages
   */
  public record Entry(RootfsEntry entry, String source) {}

  /** Nothing. */
  public static Additions none() {
    return new Additions(
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of(),
        Optional.empty(),
        ImmutableList.of());
  }
}
