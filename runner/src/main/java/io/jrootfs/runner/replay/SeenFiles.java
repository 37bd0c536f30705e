package io.jrootfs.runner.replay;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.CgroupFiles;
import io.jrootfs.runner.cgroup.DeviceNumber;
import io.jrootfs.runner.plan.ReplayStep;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The cgroup file systems, with a memory of what was asked about them and answered. */
public final class SeenFiles implements CgroupFiles {
  private final CgroupFiles files;
  private final Set<ReplayStep> seen = new LinkedHashSet<>();
  private boolean certain = true;

  /**
   * @param files those that answer
   */
  public SeenFiles(CgroupFiles files) {
    this.files = files;
  }

  @Override
  public Optional<String> text(String file) {
    Optional<String> text = files.text(file);
    seen.add(
        text.isPresent()
            ? new ReplayStep.Text(file, "", text.get().stripTrailing())
            : new ReplayStep.Accessible(file, ReplayStep.Access.READ, false));
    return text;
  }

  @Override
  public boolean isReadable(String file) {
    boolean readable = files.isReadable(file);
    seen.add(new ReplayStep.Accessible(file, ReplayStep.Access.READ, readable));
    return readable;
  }

  @Override
  public boolean isWritable(String path) {
    boolean writable = files.isWritable(path);
    seen.add(new ReplayStep.Accessible(path, ReplayStep.Access.WRITE, writable));
    return writable;
  }

  @Override
  public Optional<DeviceNumber> disk(String path) {
    certain = false; // a device's number is nothing that a replay looks at
    return files.disk(path);
  }

  /** What was answered; empty if it cannot be asked again. */
  Optional<ImmutableSet<ReplayStep>> seen() {
    return certain ? Optional.of(ImmutableSet.copyOf(seen)) : Optional.empty();
  }
}
