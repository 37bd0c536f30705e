package io.jrootfs.builder.tar;

import io.jrootfs.builder.rootfs.DirectoryWriter;
import java.io.IOException;
import java.nio.file.Path;

/** A program that {@link OrdinaryUserTest} starts as somebody who is not root. */
final class UnpackAsOrdinaryUser {
  private UnpackAsOrdinaryUser() {}

  /** Arguments: archive, directory to make, FAIL or OMIT. Prints what was left out. */
  public static void main(String[] args) throws IOException, TarFormatException {
    DirectoryWriter.write(
            TarReaderTest.rootfs(TarReader.read(Path.of(args[0]))),
            Path.of(args[1]),
            DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.valueOf(args[2])))
        .forEach(omission -> System.out.println(omission.what() + " " + omission.first()));
  }
}
