package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.jrootfs.runner.cgroup.CgroupWrite.Choice;
import io.jrootfs.runner.cgroup.CgroupWrite.Tolerated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values that have been written into cgroups that are in use: all of them, or none. */
public final class AppliedWrites {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();

  private final List<Former> formers = new ArrayList<>();

  private AppliedWrites() {}

  /** What has to be written to have a file as it was. */
  private record Former(Path file, String value) {}

  /**
   * Writes them in order.
   *
   * @throws LimitException if one cannot be; then those before are as they were
   */
  public static AppliedWrites apply(ImmutableList<CgroupWrite> writes) throws LimitException {
    AppliedWrites applied = new AppliedWrites();
    for (CgroupWrite write : writes) {
      try {
        applied.apply(write);
      } catch (IOException e) {
        String problem = reason(write, e);
        try {
          applied.putBack();
        } catch (IOException again) {
          problem += "; and what was changed before could not be put back: " + again.getMessage();
        }
        throw LimitException.notEnforceable(write.reason(), problem);
      }
    }
    return applied;
  }

  private static String reason(CgroupWrite write, IOException e) {
    Choice choice = write.choices().get(0);
    String said = String.valueOf(e.getMessage());
    boolean isInUse = choice.file().startsWith("memory.") && said.contains("busy");
    return "the kernel does not take '"
        + choice.value()
        + "' for "
        + choice.file()
        + " ("
        + (isInUse ? "the container uses more" : said)
        + ")";
  }

  private void apply(CgroupWrite write) throws IOException {
    Optional<Choice> choice =
        write.choices().stream()
            .filter(one -> Files.exists(Path.of(write.directory(), one.file())))
            .findFirst();
    if (choice.isEmpty()) {
      if (write.tolerated() == Tolerated.MISSING) {
        return;
      }
      throw new IOException("there is no such file in " + write.directory());
    }
    Path file = Path.of(write.directory(), choice.get().file());
    String value = choice.get().value();
    Former former = new Former(file, former(choice.get().file(), Files.readString(file), value));
    write(file, value);
    formers.add(former);
  }

  /**
   * What has to be written into a file to undo a change.
   *
   * @param before the file's text
   * @param written what was written into it
   */
  static String former(String file, String before, String written) {
    if (file.equals("cgroup.subtree_control")) {
      return written.replace('+', '-');
    }
    if (file.startsWith("blkio.throttle.") || file.equals("io.max")) {
      String disk = written.substring(0, written.indexOf(' ') + 1);
      String none = file.equals("io.max") ? "rbps=max wbps=max riops=max wiops=max" : "0";
      return LINES
          .splitToStream(before)
          .filter(line -> line.startsWith(disk))
          .findFirst()
          .orElse(disk + none);
    }
    // Weights may have further lines, for single disks. A cpuset of version 2 may be empty.
    return LINES.splitToStream(before).findFirst().orElse("\n");
  }

  /**
   * Has all files as they were.
   *
   * @throws IOException if that cannot be done to one; the others are
   */
  public void putBack() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Former former : Lists.reverse(formers)) {
      try {
        write(former.file, former.value);
      } catch (IOException e) {
        failure = Optional.of(new IOException(former.file + ": " + e.getMessage(), e));
      }
    }
    formers.clear();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE);
  }
}
