package io.jrootfs.runner;

import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.runner.cgroup.AppliedWrites;
import io.jrootfs.runner.cgroup.HostCgroupFiles;
import io.jrootfs.runner.cgroup.LimitArguments;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.cgroup.LimitUpdate;
import io.jrootfs.runner.cgroup.LimitWords;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.LimitRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;

/** Gives a container that runs other limits, and has its record say so. */
public final class ContainerUpdate {
  private ContainerUpdate() {}

  /**
   * Changes all limits that are given, or none.
   *
   * @param given words by option
   * @throws LimitException if a value is malformed, contradicts another or one that the container
   *     has, or cannot be enforced
   * @throws IOException if the record cannot be read or written; the limits are as they were, or
   *     the message says that they are not
   */
  public static void apply(KnownContainer container, ImmutableListMultimap<String, String> given)
      throws LimitException, IOException {
    // Held by one at a time: what was read of the record is true until it is written.
    try (FileChannel record = FileChannel.open(container.recordFile(), StandardOpenOption.WRITE);
        FileLock held = record.lock()) {
      applyAlone(container, given);
      held.release();
    }
  }

  private static void applyAlone(
      KnownContainer container, ImmutableListMultimap<String, String> given)
      throws LimitException, IOException {
    LimitRecord limits = new LimitRecord(container.directory());
    ImmutableListMultimap<String, String> before = limits.read();
    ImmutableListMultimap<String, String> after = LimitWords.changed(before, given);
    var writes =
        LimitUpdate.derive(
            LimitArguments.parse(before),
            LimitArguments.parse(after),
            given.keySet(),
            HostReader.cgroupMounts(),
            new HostCgroupFiles(),
            container.record().cgroups());
    try (LimitRecord.Replacement replacement = limits.replacement(after)) {
      AppliedWrites applied = AppliedWrites.apply(writes);
      try {
        replacement.commit();
      } catch (IOException e) {
        try {
          applied.putBack();
        } catch (IOException again) {
          throw new IOException(e.getMessage() + "; and " + again.getMessage(), e);
        }
        throw e;
      }
    }
  }
}
