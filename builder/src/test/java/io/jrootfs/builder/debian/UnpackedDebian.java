package io.jrootfs.builder.debian;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A root for any machine, unpacked from .deb files and never configured: what a package manager
 * would have written by running programs, such as ld.so.cache, is not there.
 */
public final class UnpackedDebian {
  /** The archive this system's own apt uses; a suite that it does not use stands there too. */
  private static final String MIRROR =
      "mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)'"
          + "  'Created-By: Packages' | sed -n 's/ Debian main$//p' | head -n 1);";

  /** What was unpacked once is copied from then on, which takes a tenth of the time. */
  private static final Map<String, Path> UNPACKED = new HashMap<>();

  private UnpackedDebian() {}

  /**
   * Unpacks packages with all they depend on.
   *
   * @param directory that is to become the root
   * @param packages separated by commas
   */
  public static synchronized Path at(
      Path directory, String suite, String architecture, String packages) throws IOException {
    String key = suite + " " + architecture + " " + packages;
    Path unpacked = UNPACKED.get(key);
    if (unpacked == null) {
      unpacked = unpack(suite, architecture, packages);
      UNPACKED.put(key, unpacked);
    }
    ExternalTool.shell(Path.of("/"), "cp -a $1 $2", unpacked.toString(), directory.toString());
    return directory;
  }

  private static Path unpack(String suite, String architecture, String packages)
      throws IOException {
    Path place = Files.createTempDirectory("unpacked-debian");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(place)));
    Path root = place.resolve("root");
    ExternalTool.shell(
        Path.of("/"),
        MIRROR
            + "mmdebstrap --quiet --variant=extract --mode=root --architectures=$2 --include=$3"
            + "  $1 $4 \"$mirror\"",
        suite,
        architecture,
        packages,
        root.toString());
    return root;
  }

  private static void remove(Path place) {
    try {
      MoreFiles.deleteRecursively(place, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
