package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.FileIdentity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a directory that is a root filesystem, as it is: owners, modes, times, links, devices,
 * extended attributes. Contents are not read, only located.
 */
public final class DirectoryReader {
  private final TreeMap<RootfsPath, HostFile> files = new TreeMap<>();

  private DirectoryReader() {}

  /**
   * All of a directory; mount points in it are part of it.
   *
   * @throws UncopyableFileException if no image can hold a file, such as a socket
   * @throws IOException if something cannot be read
   */
  public static Rootfs read(Path directory) throws IOException, UncopyableFileException {
    DirectoryReader reader = new DirectoryReader();
    reader.collect(directory.toRealPath(), RootfsPath.ROOT);
    return reader.toRootfs();
  }

  private void collect(Path directory, RootfsPath path)
      throws IOException, UncopyableFileException {
    files.put(path, HostFile.read(directory));
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        HostFile file = HostFile.read(child);
        RootfsPath childPath = path.child(String.valueOf(child.getFileName()));
        if (file.isDirectory()) {
          collect(child, childPath);
        } else {
          files.put(childPath, file);
        }
      }
    }
  }

  /** What is read here is looked at, as an image of it would be, and nothing is made of it. */
  private static void unkept(String attribute) {}

  private Rootfs toRootfs() throws IOException, UncopyableFileException {
    Map<FileIdentity, RootfsEntry> firstNames = new HashMap<>();
    ImmutableList.Builder<RootfsEntry> entries = ImmutableList.builder();
    for (Map.Entry<RootfsPath, HostFile> named : files.entrySet()) {
      RootfsPath path = named.getKey();
      HostFile file = named.getValue();
      RootfsEntry first =
          file.sharedIdentity().isPresent() ? firstNames.get(file.identity()) : null;
      if (first != null) {
        entries.add(new RootfsEntry.HardLink(path, first.metadata(), first.path()));
      } else {
        RootfsEntry entry = file.entry(path, file.metadata(DirectoryReader::unkept));
        firstNames.put(file.identity(), entry);
        entries.add(entry);
      }
    }
    return Rootfs.of(entries.build());
  }
}
