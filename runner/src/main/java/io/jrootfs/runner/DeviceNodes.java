package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.TreeSet;

/** The host's devices as a privileged container is to see them. */
final class DeviceNodes {
  /** What a container has of its own, and file systems that hold no devices. */
  private static final ImmutableSet<String> OWN =
      ImmutableSet.of("console", "ptmx", "pts", "shm", "mqueue", "hugepages", "fd");

  private static final int FILE_TYPE = 0170000; // S_IFMT of inode(7)
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;

  private DeviceNodes() {}

  /**
   * The paths of character and block devices that the caller can open, in order; links are not
   * followed.
   */
  static ImmutableList<String> below(Path directory) throws IOException {
    TreeSet<String> found = new TreeSet<>();
    collect(directory, OWN, found);
    return ImmutableList.copyOf(found);
  }

  private static void collect(Path directory, ImmutableSet<String> except, TreeSet<String> found)
      throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (except.contains(entry.getFileName().toString())) {
          continue;
        }
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          if (Files.isReadable(entry)) {
            collect(entry, ImmutableSet.of(), found);
          }
        } else if (isDevice(entry) && (Files.isReadable(entry) || Files.isWritable(entry))) {
          found.add(entry.toString());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isDevice(Path file) throws IOException {
    int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE) == CHARACTER_DEVICE || (mode & FILE_TYPE) == BLOCK_DEVICE;
  }
}
