package io.jrootfs.runner.bundle;

import com.google.common.base.Splitter;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The texts of an image's {@code /etc/passwd} and {@code /etc/group}, empty where it has none.
 *
 * <p>They belong to the image's author, and we read them with the caller's rights: links are
 * followed inside the image only, nothing but a regular file is opened (a fifo would hang us), and
 * not more than {@link #MAX_SIZE} bytes are read (CVE-2024-9676).
 */
public record AccountFiles(String passwd, String group) {
  /** Bytes of a file at most; a thousand times what distributions ship. */
  static final long MAX_SIZE = 1 << 20;

  /** The kernel's limit on links followed in one look-up, {@code MAXSYMLINKS}. */
  private static final int MAX_LINKS = 40;

  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  /**
   * Reads both files.
   *
   * @throws BundleException if one of them is there but not what it should be
   */
  static AccountFiles read(ImageTree tree) throws IOException, BundleException {
    return new AccountFiles(text(tree, "/etc/passwd"), text(tree, "/etc/group"));
  }

  private static String text(ImageTree tree, String path) throws IOException, BundleException {
    Optional<ImageTree.Node> found = find(tree, path);
    if (found.isEmpty()) {
      return "";
    }
    if (!(found.get() instanceof ImageTree.Node.File file)) {
      throw new BundleException("the image's " + path, "is not a regular file");
    }
    if (file.content().size() > MAX_SIZE) {
      throw new BundleException(
          "the image's " + path,
          "has " + file.content().size() + " bytes; more than " + MAX_SIZE + " are not read");
    }
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Follows every link as if the tree were {@code /}; empty if the path leads nowhere. */
  private static Optional<ImageTree.Node> find(ImageTree tree, String path)
      throws IOException, BundleException {
    Deque<String> pending = new ArrayDeque<>(COMPONENTS.splitToList(path));
    RootfsPath at = RootfsPath.ROOT;
    int links = 0;
    Optional<ImageTree.Node> node = Optional.of(new ImageTree.Node.Directory());
    while (!pending.isEmpty()) {
      String component = pending.removeFirst();
      if (component.equals(".")) {
        continue;
      }
      RootfsPath next = component.equals("..") ? at.parent() : at.child(component);
      node = tree.node(next);
      if (node.isEmpty()) {
        return node;
      }
      if (node.get() instanceof ImageTree.Node.Link link) {
        if (++links > MAX_LINKS) {
          throw new BundleException("the image's " + path, "too many symbolic links");
        }
        at = link.target().startsWith("/") ? RootfsPath.ROOT : at;
        List<String> target = COMPONENTS.splitToList(link.target());
        for (int i = target.size() - 1; i >= 0; i--) {
          pending.addFirst(target.get(i));
        }
        node = Optional.of(new ImageTree.Node.Directory());
      } else if (node.get() instanceof ImageTree.Node.Directory) {
        at = next;
      } else if (!pending.isEmpty()) {
        return Optional.empty();
      }
    }
    return node;
  }
}
