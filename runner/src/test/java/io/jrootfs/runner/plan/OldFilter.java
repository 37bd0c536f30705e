package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program that refuses system calls to another one, with a filter that libseccomp makes. */
final class OldFilter {
  /** Every call behind a name that {@code JRUN_WITHOUT} knows, and those that we do without. */
  private static final ImmutableList<String> YOUNG_CALLS =
      ImmutableList.of(
          "clone3",
          "close_range",
          "fsconfig",
          "fsmount",
          "fsopen",
          "mount_setattr",
          "move_mount",
          "open_tree",
          "openat2",
          "pidfd_open",
          "pidfd_send_signal");

  private OldFilter() {}

  /**
   * The start of a command line whose rest runs behind the filter.
   *
   * @param answer {@code EPERM}, {@code ENOSYS}, or {@code kill} for the end of who calls
   */
  static ImmutableList<String> commandIn(Path directory, String answer) throws IOException {
    Path program = directory.resolve("old_filter");
    assertThat(
            Launcher.run(
                "cc",
                "-Wall",
                "-Werror",
                "-o",
                program.toString(),
                "src/test/c/old_filter.c",
                "-lseccomp"))
        .isEqualTo(new Launcher.Result(0, "", ""));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return ImmutableList.<String>builder()
        .add(program.toString(), answer)
        .addAll(YOUNG_CALLS)
        .add("--")
        .build();
  }
}
