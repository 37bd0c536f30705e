package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Who calls jrun. The tests are root's, so that they can be everybody. */
enum Caller {
  ROOT(0),
  /** Has no entry in /etc/passwd and no range in /etc/subuid. */
  SINGLE_ID(54_321),
  /** Has a range, in account files that only a mount namespace of its own sees. */
  ID_RANGES(54_322);

  private final int uid;

  Caller(int uid) {
    this.uid = uid;
  }

  int uid() {
    return uid;
  }

  /** Runs a program as this user, who owns its home directory below {@code work}. */
  Installation.Result execute(Path work, List<String> command)
      throws IOException, InterruptedException {
    return Installation.execute(home(work), environment(work), as(work, command));
  }

  /** Another way to run it: not yet started, with pipes. */
  ProcessBuilder builder(Path work, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(as(work, command)).directory(work.toFile());
    builder.environment().putAll(environment(work));
    return builder;
  }

  Path home(Path work) throws IOException {
    Path home = work.resolve("home-" + uid);
    if (!Files.isDirectory(home)) {
      Files.createDirectory(home);
      Files.setAttribute(home, "unix:uid", uid);
      Files.setAttribute(home, "unix:gid", uid);
    }
    return home;
  }

  Path cache(Path work) throws IOException {
    return home(work).resolve("cache");
  }

  ImmutableMap<String, String> environment(Path work) throws IOException {
    return ImmutableMap.of(
        "HOME", home(work).toString(),
        "JRUN_CACHE_DIR", cache(work).toString(),
        "SECRET_OF_THE_HOST", "leaked");
  }

  /** The command line that runs the command as this user, started by root. */
  ImmutableList<String> as(Path work, List<String> command) throws IOException {
    ImmutableList<String> user =
        ImmutableList.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
    return switch (this) {
      case ROOT -> ImmutableList.copyOf(command);
      case SINGLE_ID -> ImmutableList.<String>builder().addAll(user).addAll(command).build();
      case ID_RANGES ->
          ImmutableList.<String>builder()
              .add("unshare", "--mount", "sh", "-euc")
              .add(
                  "mount --bind \"$1/passwd\" /etc/passwd; mount --bind \"$1/range\" /etc/subuid;"
                      + " mount --bind \"$1/range\" /etc/subgid; shift; exec \"$@\"")
              .add("sh", accountFiles(work).toString())
              .addAll(user)
              .addAll(command)
              .build();
    };
  }

  private Path accountFiles(Path work) throws IOException {
    Path files = Files.createDirectories(work.resolve("account-files"));
    Files.writeString(
        files.resolve("passwd"),
        "root:x:0:0::/root:/bin/sh\nranges:x:" + uid + ":" + uid + "::/:/bin/sh\n");
    Files.writeString(files.resolve("range"), "ranges:7000000:65536\n");
    return files;
  }
}
