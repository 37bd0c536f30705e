package io.jrootfs.recipes;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Somebody who is not root and has lines in /etc/subuid and /etc/subgid, which only he sees: they
 * are mounted over the machine's own in a mount namespace. Owns the directory {@code home}.
 */
final class OrdinaryUserWithRange {
  /** Of classes whose tests are this user: there is one of him on a machine. */
  static final String LOCK = "ordinary user with a range";

  private static final int UID = 54322;

  private static final String WITH_FILES_AS_ETC =
      "for f in passwd subuid subgid; do mount --bind \"$0/$f\" \"/etc/$f\" || exit 99; done;"
          + " exec \"$@\"";

  private final Path work;
  private final Path etc;

  OrdinaryUserWithRange(Path work) throws IOException, InterruptedException {
    this.work = work;
    this.etc = Files.createDirectory(work.resolve("etc"));
    Path home = Files.createDirectory(work.resolve("home"));
    String range = "ranged:3000000:65536\n";
    Files.writeString(
        etc.resolve("passwd"),
        Files.readString(Path.of("/etc/passwd"))
            + ("ranged:x:" + UID + ":" + UID + "::" + home + ":/bin/sh\n"));
    Files.writeString(etc.resolve("subuid"), range);
    Files.writeString(etc.resolve("subgid"), range);
    Dist.execute(work, ImmutableList.of("chown", UID + ":" + UID, home.toString()));
  }

  Dist.Result shell(Dist dist, String script) throws IOException, InterruptedException {
    return Dist.execute(
        work,
        ImmutableList.of(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            WITH_FILES_AS_ETC,
            etc.toString(),
            "setpriv",
            "--reuid=" + UID,
            "--regid=" + UID,
            "--clear-groups",
            "--inh-caps=-all",
            "env",
            "-i",
            "HOME=" + work.resolve("home"),
            "PATH=" + dist.bin("jbuild").getParent() + ":/usr/bin:/bin",
            "sh",
            "-euc",
            script));
  }
}
