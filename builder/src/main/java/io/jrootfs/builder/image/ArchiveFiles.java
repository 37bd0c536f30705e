package io.jrootfs.builder.image;

import com.google.common.base.Splitter;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.TarFormatException;
import io.jrootfs.builder.tar.TarMember;
import io.jrootfs.builder.tar.TarReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a tar that may be an image archive. Nothing is unpacked: a member is a slice of
 * the tar.
 */
final class ArchiveFiles implements ImageFiles {
  /** What a tar can be. */
  enum Form {
    /** With an image layout, and perhaps with {@code manifest.json} as well. */
    OCI,
    DOCKER,
    ROOTFS
  }

  /** Links followed for one name, as the kernel does. */
  private static final int MAX_LINKS = 40;

  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private final Path image;
  private final Map<RootfsPath, RootfsEntry> members = new HashMap<>();

  private ArchiveFiles(Path image) {
    this.image = image;
  }

  /**
   * Reads the headers of a tar.
   *
   * @param image the archive as the user knows it
   * @param tar the same, uncompressed
   */
  static ArchiveFiles read(Path image, FileContent.Slice tar)
      throws ImageFormatException, IOException {
    ArchiveFiles files = new ArchiveFiles(image);
    try {
      for (TarMember member : TarReader.read(tar)) {
        // Of members with one name the last counts, as when they are unpacked.
        files.members.put(member.entry().path(), member.entry());
      }
    } catch (TarFormatException e) {
      throw notReadable(image, e);
    }
    if (files.members.isEmpty()) {
      throw new ImageFormatException(image, Kind.NOT_AN_IMAGE, "", "a tar without any entry");
    }
    return files;
  }

  private static ImageFormatException notReadable(Path image, TarFormatException e) {
    if (e.offset() == 0) {
      return new ImageFormatException(
          image,
          Kind.NOT_AN_IMAGE,
          "",
          "neither an image archive nor a tar of a root filesystem, plain or compressed with gzip,"
              + " xz or zstd: "
              + e.reason());
    }
    return new ImageFormatException(
        image, Kind.MALFORMED, "tar entry " + e.name() + " at byte " + e.offset(), e.reason());
  }

  @Override
  public Path image() {
    return image;
  }

  /** What the tar is. */
  Form form() throws ImageFormatException {
    if (isRegularFile(OCI_LAYOUT) && isRegularFile(INDEX)) {
      return Form.OCI;
    }
    if (isRegularFile(DOCKER_MANIFEST)) {
      return Form.DOCKER;
    }
    if (isRegularFile("repositories")) {
      throw new ImageFormatException(
          image, Kind.UNSUPPORTED, "", "a docker archive from before docker 1.10");
    }
    return Form.ROOTFS;
  }

  private boolean isRegularFile(String name) {
    return members.get(RootfsPath.of("/" + name)) instanceof RootfsEntry.RegularFile;
  }

  @Override
  public Optional<FileContent.Slice> find(String name) throws ImageFormatException {
    if (name.startsWith("/")) {
      throw unsafe(name, "an absolute name");
    }
    RootfsPath path = resolve(RootfsPath.ROOT, name, name);
    for (int links = 0; links < MAX_LINKS; links++) {
      RootfsEntry entry = members.get(path);
      if (entry instanceof RootfsEntry.RegularFile file
          && file.content() instanceof FileContent.Slice slice) {
        return Optional.of(slice);
      } else if (entry instanceof RootfsEntry.Symlink link) {
        // docker save links layers that several images share: ../<id>/layer.tar
        path = resolve(path.parent(), link.target(), name);
      } else if (entry instanceof RootfsEntry.HardLink link) {
        path = link.target();
      } else {
        return Optional.empty();
      }
    }
    throw new ImageFormatException(image, Kind.MALFORMED, name, "a loop of links");
  }

  private RootfsPath resolve(RootfsPath base, String relative, String name)
      throws ImageFormatException {
    RootfsPath path = relative.startsWith("/") ? RootfsPath.ROOT : base;
    for (String component : COMPONENTS.split(relative)) {
      if (component.equals("..")) {
        if (path.isRoot()) {
          throw unsafe(name, "leads outside the archive");
        }
        path = path.parent();
      } else if (!component.equals(".")) {
        path = path.child(component);
      }
    }
    return path;
  }

  private ImageFormatException unsafe(String name, String why) {
    return new ImageFormatException(image, Kind.UNSAFE_NAME, "'" + name + "'", why);
  }
}
