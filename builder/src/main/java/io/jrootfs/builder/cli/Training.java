package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The commands from which a JVM learns what jbuild's starts need: a training run (JEP 514). Where a
 * command finds nothing to do, on a system without libraries say, it has loaded its classes all the
 * same, so that nothing depends on its status, and what it says is of no use to anybody.
 */
final class Training {
  private Training() {}

  /**
   * Runs them one after the other.
   *
   * @param arguments a directory for what they write, and an image
   */
  public static void main(String[] arguments) {
    String work = arguments[0];
    String image = arguments[1];
    run("closure", "sh");
    run("closure", "--format", "json", "sh");
    run("why", "sh", "libc.so.6");
    run("rootfs", "--add", "sh", "--output", work + "/image.tar");
    run("rootfs", "--add", "sh", "--compress", "none", "--output", work + "/plain.tar");
    run(
        "rootfs",
        "--copy",
        work + ":/tree",
        "--format",
        "rootfs",
        "--compress",
        "zstd",
        "--output",
        work + "/tree.tar");
    run("check", work + "/image.tar");
    run("inspect", work + "/image.tar");
    run("diff", image, work + "/plain.tar");
  }

  private static void run(String... words) {
    PrintWriter nobody =
        new PrintWriter(
            new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    Console console = new Console(nobody, nobody, ImmutableMap.copyOf(System.getenv()), false);
    Jbuild.run(ImmutableList.copyOf(words), console);
  }
}
