package io.jrootfs.runner.leak;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The descriptors that this JVM has open, without those that it opens once and keeps. */
final class OpenFiles {
  private static final Path SELF = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** Each with its number: the same file may be open twice. */
  static ImmutableList<String> present() throws IOException {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(SELF)) {
      for (Path descriptor : all) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (!isKept(target)) {
            found.add("descriptor " + descriptor.getFileName() + " of " + target);
          }
        } catch (NoSuchFileException e) {
          // Closed meanwhile: then it is not left.
        }
      }
    }
    return found.build();
  }

  private static boolean isKept(String target) {
    // Class loaders open a jar, and the JDK its own files, with the first class that they need of
    // it, and keep them open for the next.
    return target.endsWith(".jar")
        || target.startsWith(System.getProperty("java.home") + "/")
        // sun.security.provider.NativePRNG opens both with the first random number.
        || target.equals("/dev/random")
        || target.equals("/dev/urandom")
        // What lists the descriptors is one.
        || target.matches("/proc/[0-9]+/fd");
  }
}
