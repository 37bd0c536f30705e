package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who starts jrun. The tests run as root and become the others. */
enum Caller {
  ROOT,
  /** Without a line in /etc/subuid: the user namespace has one id. */
  USER_WITH_ONE_ID,
  /** With lines in /etc/subuid and /etc/subgid, in a mount namespace that only he sees. */
  USER_WITH_RANGES;

  static final int UID = 41234;
  static final int GID = 41235;
  static final int FIRST_SUBORDINATE_ID = 3_200_000;

  private static final String WITH_FILES_AS_ETC =
      """
      for f in passwd subuid subgid; do mount --bind "$0/$f" "/etc/$f" || exit 99; done
      exec "$@"\
      """;

  /** The start of a command line that runs the rest as this caller. */
  ImmutableList<String> prefix(Path directory) throws IOException {
    ImmutableList<String> user =
        ImmutableList.of(
            "setpriv", "--reuid=" + UID, "--regid=" + GID, "--clear-groups", "--inh-caps=-all");
    return switch (this) {
      case ROOT -> ImmutableList.of();
      case USER_WITH_ONE_ID -> user;
      case USER_WITH_RANGES -> {
        String range = "subordinate:" + FIRST_SUBORDINATE_ID + ":65536\n";
        Path etc = Files.createDirectories(directory.resolve("etc"));
        Files.writeString(
            etc.resolve("passwd"),
            "root:x:0:0::/root:/bin/sh\nsubordinate:x:" + UID + ":" + GID + "::/:/bin/sh\n");
        Files.writeString(etc.resolve("subuid"), "somebody:1:2\n" + range);
        Files.writeString(etc.resolve("subgid"), range);
        yield ImmutableList.<String>builder()
            .add("unshare", "--mount", "--propagation", "private")
            .add("sh", "-c", WITH_FILES_AS_ETC, etc.toString())
            .addAll(user)
            .build();
      }
    };
  }

  boolean isRoot() {
    return this == ROOT;
  }
}
