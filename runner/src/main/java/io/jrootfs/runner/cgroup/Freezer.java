package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What stops and continues all processes of a container at once: a cgroup of version 2, or that of
 * the controller freezer of version 1 (Linux, cgroup-v2.rst, "cgroup.freeze", and
 * cgroup-v1/freezer-subsystem.rst).
 *
 * @param directory host path of the cgroup
 * @param version of its hierarchy
 */
public record Freezer(String directory, int version) {
  private static final String STATE_1 = "freezer.state";
  private static final String STATE_2 = "cgroup.freeze";

  private static final int PAUSE_MS = 2;
  private static final int LOOKS = 5000;

  /** In version 1 a process that just forks is missed; runc tries anew as often. */
  private static final int LOOKS_BEFORE_ANOTHER_TRY = 50;

  /**
   * The one of a container; empty if none of its cgroups is one, or all are gone.
   *
   * <p>{@code jrun ps} asks a dozen hierarchies for each container; a file that is missing costs an
   * exception in {@link Files#exists} of Java 17, but nothing here.
   */
  public static Optional<Freezer> of(ImmutableList<String> directories) {
    for (String directory : directories) {
      if (new File(directory, STATE_1).exists()) {
        return Optional.of(new Freezer(directory, 1));
      }
    }
    for (String directory : directories) {
      if (new File(directory, STATE_2).exists()) {
        return Optional.of(new Freezer(directory, 2));
      }
    }
    return Optional.empty();
  }

  /** Whether somebody has asked for it, at whatever stage that is. */
  public boolean isAsked() throws IOException {
    File file = new File(directory, version == 1 ? "freezer.self_freezing" : STATE_2);
    try (FileInputStream in = new FileInputStream(file)) {
      return in.read() == '1';
    } catch (FileNotFoundException e) {
      if (!file.exists()) {
        return false; // the container has ended
      }
      throw e;
    }
  }

  /** Whether nothing runs any more. */
  private boolean isFrozen() throws IOException {
    return version == 1
        ? text(STATE_1).equals("FROZEN")
        : text("cgroup.events").lines().anyMatch("frozen 1"::equals);
  }

  /**
   * Stops them, and waits until that is so.
   *
   * @throws IOException if it cannot be done, or one does not stop; then they go on
   */
  public void freeze() throws IOException, InterruptedException {
    for (int looks = 1; looks <= LOOKS; looks++) {
      write(version == 1 ? "FROZEN" : "1");
      if (isFrozen()) {
        return;
      }
      Thread.sleep(PAUSE_MS);
      if (version == 1 && looks % LOOKS_BEFORE_ANOTHER_TRY == 0) {
        thaw();
      }
    }
    thaw();
    throw new IOException(
        "a process does not stop within "
            + LOOKS * PAUSE_MS / 1000
            + " seconds, perhaps because it waits for a disk or a network file system; all"
            + " of them go on");
  }

  /**
   * Lets them go on.
   *
   * @throws IOException if it cannot be done
   */
  public void thaw() throws IOException {
    write(version == 1 ? "THAWED" : "0");
  }

  private String text(String file) throws IOException {
    return Files.readString(Path.of(directory, file)).strip();
  }

  private void write(String value) throws IOException {
    Files.writeString(
        Path.of(directory, version == 1 ? STATE_1 : STATE_2), value, StandardOpenOption.WRITE);
  }
}
