package io.jrootfs.runner.erofs;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * fsck.erofs and dump.erofs, which read the format with code of their own. They are those of Debian
 * 13: releases before 1.6 take blocks of 512 bytes for unsupported.
 */
final class ErofsUtils {
  private static final Pattern COUNT =
      Pattern.compile("^Filesystem ([a-zA-Z ]+) count:\\s+(\\d+)$", Pattern.MULTILINE);

  private static final Pattern LOST =
      Pattern.compile(" \\('security\\.capability', '[0-9a-f]+'\\)");

  private final Path root;

  private ErofsUtils(Path root) {
    this.root = root;
  }

  /** Unpacks them with their libraries from the archive that this system's own apt uses. */
  static ErofsUtils unpack(Path root) throws Exception {
    shell(
        """
        mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' \
          'Created-By: Packages' | sed -n 's/ Debian main$//p' | head -n 1)
        mmdebstrap --quiet --variant=extract --mode=root --architectures=amd64 \
          --include=erofs-utils trixie "$1" "$mirror"
        """,
        root.toString());
    return new ErofsUtils(root);
  }

  /**
   * The tree that fsck.erofs finds in an index and writes into a directory that is not there. It
   * leaves out a hole at the end of a file, and all attributes from the first on that is empty.
   */
  List<String> extract(Path index, ImmutableList<Path> devices, Path extracted) throws Exception {
    Path copy = withoutChecksum(index);
    try {
      List<String> words = new ArrayList<>(List.of("--xattrs", "--extract=" + extracted));
      devices.forEach(device -> words.add("--device=" + device));
      words.add(copy.toString());
      run("fsck.erofs", words);
      return TreeListing.of(extracted);
    } finally {
      Files.delete(copy);
    }
  }

  /**
   * A copy whose superblock says that it has no checksum (feature_compat, bit 0, of the byte 8
   * bytes into it): fsck.erofs takes a superblock of 1024 bytes from the length of what it sums,
   * also where a block is shorter, and crashes. The kernel has summed it before us.
   */
  private static Path withoutChecksum(Path index) throws Exception {
    Path copy = Files.createTempFile("index", "");
    Files.write(copy, Files.readAllBytes(index));
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
      file.seek(1024 + 8);
      int compatible = file.read();
      file.seek(1024 + 8);
      file.write(compatible & ~1);
    }
    return copy;
  }

  /**
   * A line of a listing as it is after an extraction, which sets the owner after the capability and
   * so loses that (chown(2)).
   */
  static String extracted(String line) {
    return LOST.matcher(line).replaceAll("");
  }

  /** The SHA-256 of a file's content as dump.erofs reads it. */
  String digest(Path index, ImmutableList<Path> devices, String path) throws Exception {
    List<String> words = new ArrayList<>(List.of("--cat", "--path=" + path));
    devices.forEach(device -> words.add("--device=" + device));
    words.add(index.toString());
    List<String> command = new ArrayList<>(List.of("sh", "-euc", "\"$@\" | sha256sum", "sh"));
    command.addAll(command("dump.erofs", words));
    return MountedIndex.run(command).substring(0, 64);
  }

  /** How many there are of each kind of file, as dump.erofs names the kinds. */
  ImmutableSortedMap<String, Integer> counts(Path index, ImmutableList<Path> devices)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("-S"));
    devices.forEach(device -> words.add("--device=" + device));
    words.add(index.toString());
    ImmutableSortedMap.Builder<String, Integer> counts = ImmutableSortedMap.naturalOrder();
    Matcher matcher = COUNT.matcher(run("dump.erofs", words));
    while (matcher.find()) {
      counts.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
    }
    return counts.buildOrThrow();
  }

  /** Runs one by its own loader: its libraries are newer than this system's may be. */
  private List<String> command(String program, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("usr/lib64/ld-linux-x86-64.so.2").toString());
    command.addAll(List.of("--library-path", root.resolve("usr/lib/x86_64-linux-gnu").toString()));
    command.add(root.resolve("usr/bin").resolve(program).toString());
    command.addAll(words);
    return command;
  }

  private String run(String program, List<String> words) throws Exception {
    return MountedIndex.run(command(program, words));
  }

  private static void shell(String script, String argument) throws Exception {
    MountedIndex.run(List.of("sh", "-euc", script, "sh", argument));
  }
}
