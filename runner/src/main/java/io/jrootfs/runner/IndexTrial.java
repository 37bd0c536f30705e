package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.bundle.IndexMounts;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.seccomp.KernelVersion;
import io.jrootfs.runner.spec.Isolation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Has the launcher try to mount an index of layers ({@code src/main/c/layers.c}): whether a kernel
 * mounts it from a file depends on how it was built, and on the file system that the file is on.
 *
 * @param obstacle what is known without trying
 * @param launcher the program
 */
record IndexTrial(Optional<String> obstacle, Path launcher) implements IndexMounts {
  /** EROFS that is mounted from a file. */
  private static final KernelVersion FIRST_KERNEL = new KernelVersion(6, 12);

  /** Neither from a device nor, where that is possible, from a file. */
  private static final int ENOTBLK = 15;

  private static final String NOT_FROM_FILES =
      "it was built to mount EROFS from block devices only, or not from files of the file system"
          + " that the cache is on";

  /** Names facilities that are to be taken for missing; the launcher's facilities.c. */
  static final String MISSING = "JRUN_WITHOUT";

  /**
   * For a container of ours.
   *
   * @param byRoot whether the caller is the system's root
   * @param isolation the namespaces of the container
   * @param environment the caller's
   */
  static IndexMounts of(
      boolean byRoot,
      KernelVersion kernel,
      Isolation isolation,
      ImmutableMap<String, String> environment) {
    Optional<ProgramFiles> program = ProgramFiles.running();
    if (!byRoot) {
      return IndexMounts.none("only the system's root can mount one");
    }
    if (!isolation.isHosts(Namespace.USER)) {
      return IndexMounts.none("it would have to be mounted in another user namespace");
    }
    if (!kernel.isAtLeast(FIRST_KERNEL)) {
      return IndexMounts.none(
          "that takes Linux %d.%d or later".formatted(FIRST_KERNEL.major(), FIRST_KERNEL.minor()));
    }
    if (environment.getOrDefault(MISSING, "").contains("mount-api")) {
      return IndexMounts.none("the mount API is missing");
    }
    return program.isEmpty()
        ? IndexMounts.none("there is no launcher beside this program")
        : new IndexTrial(Optional.empty(), program.get().launcher());
  }

  @Override
  public Optional<String> refusal(Path index, ImmutableList<Path> layers) throws IOException {
    List<String> command =
        ImmutableList.<String>builder()
            .add(launcher.toString(), "--try-index", index.toString())
            .addAll(layers.stream().map(Path::toString).iterator())
            .build();
    Process trial =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    trial.getOutputStream().close();
    String said = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int errno = trial.waitFor();
      return errno == 0
          ? Optional.empty()
          : Optional.of(errno == ENOTBLK ? NOT_FROM_FILES : said.strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while an index was mounted", e);
    }
  }
}
