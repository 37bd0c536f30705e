package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;

/**
 * What programs expect of any root: mount points, temporary directories, and names for the ids 0
 * and 65534 (hier(7); Filesystem Hierarchy Standard 3.0). Nothing else, and nothing that was added
 * or copied is touched.
 */
public final class RootfsSkeleton {
  private static final String SOURCE = "the default skeleton";

  private static final ImmutableSortedMap<String, Integer> DIRECTORY_MODES =
      ImmutableSortedMap.<String, Integer>naturalOrder()
          .put("/dev", 0755)
          .put("/etc", 0755)
          .put("/proc", 0555)
          .put("/root", 0700)
          .put("/run", 0755)
          .put("/sys", 0555)
          .put("/tmp", 01777)
          .put("/var", 0755)
          .put("/var/tmp", 01777)
          .buildOrThrow();

  /** Root gets the first that is there. */
  private static final ImmutableList<String> SHELLS =
      ImmutableList.of("/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/bash");

  private static final String GROUP = "root:x:0:\nnobody:x:65534:\n";

  private RootfsSkeleton() {}

  /**
   * Fills in what lacks; to be called after everything else is there, since root's shell in {@code
   * /etc/passwd} is one that exists.
   *
   * @throws RootfsConflictException if something that is no directory was copied to where one must
   *     be, such as {@code /etc}
   */
  public static void addTo(RootfsAssembler assembler) throws RootfsConflictException {
    for (Map.Entry<String, Integer> directory : DIRECTORY_MODES.entrySet()) {
      assembler.addDefault(
          new RootfsEntry.Directory(
              RootfsPath.of(directory.getKey()),
              Metadata.ofMode(directory.getValue()).withMtime(assembler.sourceDate())),
          SOURCE);
    }
    addFile(assembler, "/etc/passwd", passwd(shell(assembler)));
    addFile(assembler, "/etc/group", GROUP);
  }

  private static void addFile(RootfsAssembler assembler, String path, String text)
      throws RootfsConflictException {
    assembler.addDefault(
        new RootfsEntry.RegularFile(
            RootfsPath.of(path),
            Metadata.ofMode(0644).withMtime(assembler.sourceDate()),
            new FileContent.Literal(Bytes.ofUtf8(text))),
        SOURCE);
  }

  private static String passwd(String shell) {
    return "root:x:0:0:root:/root:"
        + shell
        + "\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
  }

  /** Without any shell the conventional one, so that adding it later needs no change here. */
  private static String shell(RootfsAssembler assembler) {
    for (String shell : SHELLS) {
      if (assembler.hasFile(RootfsPath.of(shell))) {
        return shell;
      }
    }
    return "/bin/sh";
  }
}
