package io.jrootfs.runner;

import io.jrootfs.builder.image.Accounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The users and groups of a container that runs, from its own {@code /etc/passwd} and {@code
 * /etc/group} as they are now.
 *
 * <p>The container may change them while we read, and we read with the caller's rights. So every
 * step goes from an open directory and through no link, which could lead to a file of the host; a
 * file that is a link is as good as not there. Nothing but a regular file is read (a fifo would
 * hang us), and not more than {@link #MAX_SIZE} bytes.
 */
final class AccountReader {
  private static final int MAX_SIZE = 1 << 20;

  private AccountReader() {}

  /**
   * Reads both files; a missing one is empty.
   *
   * @param root leads to the container's root, such as {@code /proc/PID/root}
   */
  static Accounts read(Path root) throws IOException {
    try (DirectoryStream<Path> opened = Files.newDirectoryStream(root);
        SecureDirectoryStream<Path> etc =
            secure(opened, root).newDirectoryStream(Path.of("etc"), LinkOption.NOFOLLOW_LINKS)) {
      return Accounts.parse(text(etc, "passwd"), text(etc, "group"));
    } catch (NoSuchFileException e) {
      return Accounts.NONE;
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> opened, Path root)
      throws IOException {
    if (opened instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new FileSystemException(
        root.toString(), null, "this file system's directories cannot be held open");
  }

  private static String text(SecureDirectoryStream<Path> etc, String name) throws IOException {
    Path file = Path.of(name);
    try {
      BasicFileAttributes attributes =
          etc.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      if (!attributes.isRegularFile()) {
        return "";
      }
    } catch (NoSuchFileException e) {
      return "";
    }
    try (InputStream in =
        Channels.newInputStream(
            etc.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new FileSystemException(
            "the container's /etc/" + name, null, "more than " + MAX_SIZE + " bytes are not read");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
