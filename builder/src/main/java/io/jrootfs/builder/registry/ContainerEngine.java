package io.jrootfs.builder.registry;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program of this machine with a store of images of its own. */
public enum ContainerEngine {
  DOCKER,
  PODMAN;

  private static final Splitter SEARCH_PATH = Splitter.on(':').omitEmptyStrings();

  /** Its name as a command. */
  public String program() {
    return Ascii.toLowerCase(name());
  }

  /**
   * Puts an image into the engine's store.
   *
   * @param archive one that {@link io.jrootfs.builder.image.HybridArchive} wrote
   * @param name what the archive calls the image
   * @param environment says where the program is, and tells it where its daemon or store is
   * @throws IOException if the program is not there, or refuses
   */
  public void load(Path archive, ImageReference name, ImmutableMap<String, String> environment)
      throws IOException {
    Path program =
        find(environment.getOrDefault("PATH", ""))
            .orElseThrow(
                () ->
                    new IOException(
                        "no program '"
                            + program()
                            + "' in PATH to load "
                            + name
                            + " with; install it, or take the archive to where it is"));
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "load", "-i", archive.toString())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (waited(process) != 0) {
      List<String> lines = said.lines().toList();
      throw new IOException(
          program()
              + " load of "
              + name
              + " failed: "
              + (lines.isEmpty() ? "it gave no reason" : lines.get(lines.size() - 1)));
    }
  }

  private Optional<Path> find(String path) {
    for (String directory : SEARCH_PATH.split(path)) {
      Path file = Path.of(directory, program());
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static int waited(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
