package io.jrootfs.builder.rootfs;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

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

  /** Locked, and never to expire. */
  private static final String SHADOW = "root:*::0:99999:7:::\nnobody:*::0:99999:7:::\n";

  /** In bytes; a hundred thousand accounts. */
  private static final int MAX_ACCOUNTS = 8 << 20;

  private RootfsSkeleton() {}

  /**
   * Puts the files of accounts in place, with root and nobody first, or with those of the base; of
   * two accounts of one name the base's goes.
   *
   * @param source who wants them, for messages
   * @throws RootfsConflictException if one of the files is there already
   * @throws IOException if it cannot be compared with what is there
   */
  public static void addAccounts(RootfsAssembler assembler, AccountLines lines, String source)
      throws IOException, RootfsConflictException {
    put(assembler, "/etc/passwd", 0644, passwd(shell(assembler)), lines.passwd(), source);
    put(assembler, "/etc/group", 0644, GROUP, lines.group(), source);
    put(assembler, "/etc/shadow", 0600, SHADOW, lines.shadow(), source);
  }

  private static void put(
      RootfsAssembler assembler, String path, int mode, String first, String added, String source)
      throws IOException, RootfsConflictException {
    Optional<RootfsEntry.RegularFile> base = assembler.baseFile(RootfsPath.of(path));
    if (base.isEmpty()) {
      assembler.put(file(assembler, path, mode, first + added), source);
      return;
    }
    // Bytes that are no text of ours stay what they are.
    String kept =
        new String(
            base.get().content().readAll(MAX_ACCOUNTS, "the base has a " + path),
            StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder();
    ImmutableSet<String> names = added.lines().map(RootfsSkeleton::name).collect(toImmutableSet());
    kept.lines()
        .filter(line -> !names.contains(name(line)))
        .forEach(line -> text.append(line).append('\n'));
    text.append(added);
    assembler.put(
        new RootfsEntry.RegularFile(
            base.get().path(),
            base.get().metadata(),
            new FileContent.Literal(
                Bytes.copyOf(text.toString().getBytes(StandardCharsets.ISO_8859_1)))),
        source);
  }

  private static String name(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? line : line.substring(0, colon);
  }

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
    assembler.addDefault(file(assembler, "/etc/passwd", 0644, passwd(shell(assembler))), SOURCE);
    assembler.addDefault(file(assembler, "/etc/group", 0644, GROUP), SOURCE);
  }

  /** Whether {@link #addTo} fills this place if nothing else does. */
  public static boolean isPlaceOf(RootfsPath path) {
    return DIRECTORY_MODES.containsKey(path.value())
        || path.value().equals("/etc/passwd")
        || path.value().equals("/etc/group");
  }

  /** What programs that authenticate people look for; it lets nobody in by a password. */
  public static RootfsEntry defaultShadow() {
    return new RootfsEntry.RegularFile(
        RootfsPath.of("/etc/shadow"),
        Metadata.ofMode(0600),
        new FileContent.Literal(Bytes.ofUtf8(SHADOW)));
  }

  private static RootfsEntry file(RootfsAssembler assembler, String path, int mode, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path),
        Metadata.ofMode(mode).withMtime(assembler.sourceDate()),
        new FileContent.Literal(Bytes.ofUtf8(text)));
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
