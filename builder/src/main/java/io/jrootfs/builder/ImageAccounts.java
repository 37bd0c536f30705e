package io.jrootfs.builder;

import io.jrootfs.builder.image.Accounts;
import io.jrootfs.builder.image.ImageUser;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.util.Optional;

/** Whether the accounts of a tree have the user that its configuration names. */
final class ImageAccounts {
  private static final String PASSWD = "/etc/passwd";
  private static final String GROUP = "/etc/group";

  /** Bytes of one of these files at most; a thousand times what distributions ship. */
  private static final int MAX_SIZE = 1 << 20;

  private ImageAccounts() {}

  /**
   * Why no container would start as {@code user} of a tree on disk; empty if it would.
   *
   * @throws IOException if an account file cannot be read, or is larger than such files are
   */
  static Optional<String> problem(String user, Sysroot root) throws IOException {
    return user.isEmpty()
        ? Optional.empty()
        : ImageUser.problem(user, Accounts.parse(text(root, PASSWD), text(root, GROUP)));
  }

  /** What is there but no file is as good as absent: nobody can be looked up in it. */
  private static String text(Sysroot root, String path) throws IOException {
    try {
      Optional<Resolution> file = root.find(SysrootPath.of(path)).filter(Resolution::isRegularFile);
      return file.isEmpty()
          ? ""
          : text(new FileContent.Slice(root.file(file.get().path()), 0, file.get().size()), path);
    } catch (FileSystemLoopException e) {
      return "";
    }
  }

  /**
   * The same of a tree that is to be written. Where one of the files is a link, who is in it is not
   * decided here: it may lead to what a volume brings.
   *
   * @throws UnknownUserException if none would start
   * @throws IOException if an account file cannot be read, or is larger than such files are
   */
  static void require(String user, Rootfs rootfs) throws IOException, UnknownUserException {
    if (user.isEmpty() || isElsewhere(rootfs, PASSWD) || isElsewhere(rootfs, GROUP)) {
      return;
    }
    Optional<String> problem =
        ImageUser.problem(user, Accounts.parse(text(rootfs, PASSWD), text(rootfs, GROUP)));
    if (problem.isPresent()) {
      throw new UnknownUserException(user, problem.get());
    }
  }

  private static boolean isElsewhere(Rootfs rootfs, String path) {
    return rootfs.get(RootfsPath.of(path)).orElse(null) instanceof RootfsEntry.Symlink
        || rootfs.get(RootfsPath.of("/etc")).orElse(null) instanceof RootfsEntry.Symlink;
  }

  private static String text(Rootfs rootfs, String path) throws IOException {
    RootfsEntry entry = rootfs.get(RootfsPath.of(path)).orElse(null);
    if (entry instanceof RootfsEntry.HardLink link) {
      entry = rootfs.get(link.target()).orElse(null);
    }
    return entry instanceof RootfsEntry.RegularFile file ? text(file.content(), path) : "";
  }

  private static String text(FileContent content, String path) throws IOException {
    return new String(content.readAll(MAX_SIZE, "the image has a " + path), StandardCharsets.UTF_8);
  }
}
