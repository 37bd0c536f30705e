package io.jrootfs.runner.bundle;

import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** An image's files, one name at a time and no link followed: on disk, or not yet unpacked. */
interface ImageTree {
  /**
   * What stands at {@code path}.
   *
   * @param path its parent must be a directory in this tree, reached without links
   */
  Optional<Node> node(RootfsPath path) throws IOException;

  /** One name of the tree. */
  sealed interface Node {
    record Directory() implements Node {}

    record Link(String target) implements Node {}

    record File(FileContent content) implements Node {}

    /** A device, fifo or socket: never opened. */
    record Special() implements Node {}
  }

  /** The tree below a directory of the host. */
  static ImageTree of(Path root) {
    return path -> {
      Path file = root.resolve(path.relative());
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          return Optional.of(new Node.Directory());
        }
        if (attributes.isSymbolicLink()) {
          return Optional.of(new Node.Link(Files.readSymbolicLink(file).toString()));
        }
        return Optional.of(
            attributes.isRegularFile()
                ? new Node.File(new FileContent.Slice(file, 0, attributes.size()))
                : new Node.Special());
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    };
  }

  /** The tree that would be unpacked. */
  static ImageTree of(Rootfs rootfs) {
    return path -> rootfs.get(path).map(entry -> node(rootfs, entry));
  }

  private static Node node(Rootfs rootfs, RootfsEntry entry) {
    return entry.match(
        new RootfsEntry.Cases<Node, RuntimeException>() {
          @Override
          public Node directory(RootfsEntry.Directory directory) {
            return new Node.Directory();
          }

          @Override
          public Node regularFile(RootfsEntry.RegularFile file) {
            return new Node.File(file.content());
          }

          @Override
          public Node symlink(RootfsEntry.Symlink link) {
            return new Node.Link(link.target());
          }

          @Override
          public Node hardLink(RootfsEntry.HardLink link) {
            // A rootfs guarantees the target, and that it is no hard link again.
            return ImageTree.node(rootfs, rootfs.get(link.target()).orElseThrow());
          }

          @Override
          public Node device(RootfsEntry.Device device) {
            return new Node.Special();
          }

          @Override
          public Node fifo(RootfsEntry.Fifo fifo) {
            return new Node.Special();
          }
        });
  }
}
