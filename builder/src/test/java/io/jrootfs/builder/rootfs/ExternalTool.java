package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Programs that tests take as independent witnesses. One that is not installed fails the test. */
public final class ExternalTool {
  private ExternalTool() {}

  /** Standard output of a command that must succeed; {@code directory} is its working directory. */
  public static String run(Path directory, String... command) throws IOException {
    Path errors = Files.createTempFile("stderr", null);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
      builder.environment().put("TZ", "UTC");
      builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
      Process process = builder.start();
      process.getOutputStream().close();
      String output;
      try (InputStream in = process.getInputStream()) {
        output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      assertThat(process.waitFor())
          .as("%s in %s: %s", List.of(command), directory, Files.readString(errors))
          .isZero();
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(errors);
    }
  }

  /** Runs a shell script; {@code $1} and so on are {@code arguments}. */
  public static String shell(Path directory, String script, String... arguments)
      throws IOException {
    String[] command = new String[arguments.length + 4];
    command[0] = "sh";
    command[1] = "-euc";
    command[2] = "umask 022; " + script;
    command[3] = "sh";
    System.arraycopy(arguments, 0, command, 4, arguments.length);
    return run(directory, command);
  }

  /** Fails unless the test runs as root, as it must to make devices and give files away. */
  public static void requireRoot() throws IOException {
    assertThat(run(Path.of("/"), "id", "-u").trim())
        .as("this test makes devices and changes owners; run it as root")
        .isEqualTo("0");
  }

  /**
   * Everything that can be seen of a tree, one line a file: mode, owner, time, links, device, size,
   * name, target, and then all extended attributes.
   */
  public static List<String> treeListing(Path directory) throws IOException {
    String listing =
        shell(
            directory,
            "find . -printf '%M %U:%G %T@ %n %y %P -> %l\\n' | LC_ALL=C sort -k6;"
                + "find . -type f -exec stat -c '%n %s' {} + | LC_ALL=C sort;"
                + "find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2;"
                + "find . \\( -type c -o -type b \\) -exec stat -c '%n %t,%T' {} + | LC_ALL=C sort;"
                + "getfattr -R -P -h -d -m - -e hex . | LC_ALL=C sort");
    return listing.lines().collect(Collectors.toList());
  }
}
