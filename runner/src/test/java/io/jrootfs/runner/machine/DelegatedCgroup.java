package io.jrootfs.runner.machine;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A cgroup v2 subtree that belongs to an ordinary user, as systemd gives one to each: the directory
 * and the files that delegation needs are his, every controller is there, and the processes are in
 * a child, so that he can turn controllers on for its siblings. For tests tagged {@link
 * OnlyOnCgroupV2}; source: Linux, Documentation/admin-guide/cgroup-v2.rst, Delegation.
 *
 * @param directory the subtree's
 * @param session the child that commands start in
 */
public record DelegatedCgroup(Path directory, Path session) implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final ImmutableList<String> DELEGATED =
      ImmutableList.of("cgroup.procs", "cgroup.threads", "cgroup.subtree_control");

  /** Makes one for a user, who is also its group's number. */
  public static DelegatedCgroup to(int uid) throws IOException {
    Path directory = Files.createDirectory(ROOT.resolve("user-" + uid));
    Path session = Files.createDirectory(directory.resolve("session"));
    for (Path path : List.of(directory, session)) {
      own(path, uid);
      for (String name : DELEGATED) {
        own(path.resolve(name), uid);
      }
    }
    return new DelegatedCgroup(directory, session);
  }

  private static void own(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid);
    Files.setAttribute(path, "unix:gid", uid);
  }

  /** The command, started by root, that runs another one inside: a prefix of it. */
  public ImmutableList<String> enter() {
    return ImmutableList.of(
        "sh", "-c", "echo 0 >\"$0/cgroup.procs\" && exec \"$@\"", session.toString());
  }

  /** What it can limit. */
  public ImmutableList<String> controllers() throws IOException {
    return ImmutableList.copyOf(
        Splitter.on(' ')
            .splitToList(Files.readString(directory.resolve("cgroup.controllers")).strip()));
  }

  /** Removes it; fails if anything is left inside. */
  @Override
  public void close() throws IOException {
    Files.delete(session);
    Files.delete(directory);
  }
}
