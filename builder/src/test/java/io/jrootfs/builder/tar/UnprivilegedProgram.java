package io.jrootfs.builder.tar;

import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Path;

/** A program that {@link OrdinaryUserTest} starts as somebody who is not root. */
final class UnprivilegedProgram {
  private UnprivilegedProgram() {}

  /**
   * Arguments: {@code unpack}, archive, directory to make, FAIL or OMIT; prints what was left out.
   * Or {@code copy} and a file; prints why it cannot be copied.
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("unpack")) {
      DirectoryWriter.write(
              TarReaderTest.rootfs(TarReader.read(Path.of(args[1]))),
              Path.of(args[2]),
              DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.valueOf(args[3])))
          .forEach(omission -> System.out.println(omission.what() + " " + omission.first()));
      return;
    }
    try {
      new RootfsAssembler(Sysroot.of(Path.of("/")), 0).copy(Path.of(args[1]), RootfsPath.of("/x"));
      System.out.println("copied");
    } catch (IOException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
