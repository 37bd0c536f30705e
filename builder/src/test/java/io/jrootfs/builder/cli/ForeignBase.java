package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image that GNU tar and umoci have made, in a layout: every kind of file in a lower layer, and
 * an upper one that removes a directory and empties another.
 */
final class ForeignBase {
  private static final String LOWER =
      """
      set -e
      mkdir -p usr/bin usr/lib etc gone opaque/below empty tmp 'dir ectory'
      ln -s usr/bin bin
      chmod 1777 tmp
      chown 3000000:3000001 empty; chmod 2775 empty
      echo kept > etc/keep
      setfattr -n user.note -v 0x00ff80 etc/keep
      # user::rw-,user:1337:r-x,group::r--,mask::rwx,other::r-- in the words of acl(5).
      setfattr -n system.posix_acl_access -v \
      0x0200000001000600ffffffff02000500390500000400040000000000100007000000000020000400ffffffff \
        etc/keep
      echo gone > gone/file; echo low > opaque/low; echo low > opaque/below/low
      echo tool > usr/bin/tool; chown 12:34 usr/bin/tool; chmod 4755 usr/bin/tool
      ln usr/bin/tool usr/bin/same
      echo ping > usr/bin/ping; setcap cap_net_raw,cap_setuid+ep usr/bin/ping
      ln -s nowhere etc/dangling; ln -s /usr etc/absolute
      mknod null c 1 3; mknod block b 7 200; mkfifo pipe
      echo long > "$(printf 'n%.0s' $(seq 200))"
      echo utf > 'größe ☃'
      find . -exec touch -h -d @1600000000 {} +
      """;

  private static final String UPPER =
      """
      set -e
      mkdir -p opaque
      touch .wh.gone opaque/.wh..wh..opq
      echo high > opaque/high
      find . -exec touch -h -d @1600000001 {} +
      """;

  private final ForeignTool foreign;
  private final Path layout;

  private ForeignBase(ForeignTool foreign, Path layout) {
    this.foreign = foreign;
    this.layout = layout;
  }

  /** With a configuration that says something of everything that is inherited. */
  static ForeignBase make(ForeignTool foreign, Path directory) throws IOException {
    ForeignBase base = empty(foreign, directory);
    base.addLayer("lower", LOWER);
    base.addLayer("upper", UPPER);
    foreign.run(
        "umoci",
        "config",
        "--image",
        base.layout + ":1",
        "--config.env=A=base",
        "--config.env=B=base",
        "--config.cmd=/bin/tool",
        "--config.label=l=base",
        "--config.user=12:34",
        "--author=somebody");
    return base;
  }

  /** Without a layer. */
  static ForeignBase empty(ForeignTool foreign, Path directory) throws IOException {
    Path layout = directory.resolve("base");
    foreign.run("umoci", "init", "--layout", layout.toString());
    foreign.run("umoci", "new", "--image", layout + ":1");
    return new ForeignBase(foreign, layout);
  }

  /** The layout. */
  Path layout() {
    return layout;
  }

  /** How skopeo calls it. */
  String name() {
    return "oci:" + layout + ":1";
  }

  /**
   * One more layer.
   *
   * @param script makes its files in an empty working directory
   */
  void addLayer(String name, String script) throws IOException {
    Path tree = Files.createDirectory(layout.resolveSibling(name));
    ExternalTool.shell(tree, script);
    Path tar = layout.resolveSibling(name + ".tar");
    foreign.run(
        "tar",
        "-C",
        tree.toString(),
        "--format=pax",
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=*",
        "-cf",
        tar.toString(),
        ".");
    addTar(tar);
  }

  /** A tar as one more layer, whatever is in it. */
  void addTar(Path tar) throws IOException {
    foreign.run("umoci", "raw", "add-layer", "--image", layout + ":1", tar.toString());
  }

  /** What umoci makes of an image of a layout, as {@link #listing}. */
  static String unpacked(ForeignTool foreign, String image, Path bundle) throws IOException {
    foreign.run("umoci", "unpack", "--image", image, bundle.toString());
    return listing(bundle.resolve("rootfs"));
  }

  /** Everything about every file of a tree. */
  static String listing(Path root) throws IOException {
    return ExternalTool.shell(
        root,
        "find . -printf '%P %y %m %U:%G %n %l %T@\\n' | LC_ALL=C sort;"
            + " find . -type f -exec cksum {} + | LC_ALL=C sort;"
            + " find . ! -type l -exec getfattr -h -d -m - -e hex {} + | LC_ALL=C sort;"
            + " find . \\( -type c -o -type b \\) -exec stat -c '%n %t,%T' {} + | LC_ALL=C sort");
  }
}
