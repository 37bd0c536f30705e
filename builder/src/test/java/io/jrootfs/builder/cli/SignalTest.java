package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that is ended by a signal leaves nothing where the output was to be. */
class SignalTest {
  private static final int DIRECTORIES = 100;
  private static final int FILES_EACH = 50;

  /** Of the directories; one of the first, so that there is much left to write. */
  private static final String AN_EARLY_ONE = "d005";

  private static final int SIGTERM = 15;

  @TempDir Path work;
  private Path source;
  private Path place;

  @BeforeEach
  void makeTree() throws IOException {
    source = Files.createDirectory(work.resolve("source"));
    place = Files.createDirectory(work.resolve("place"));
    for (int i = 0; i < DIRECTORIES; i++) {
      Path directory = Files.createDirectory(source.resolve(String.format("d%03d", i)));
      for (int j = 0; j < FILES_EACH; j++) {
        Files.createFile(directory.resolve("f" + j));
      }
    }
  }

  @Test
  void aDirectoryHalfWrittenIsGone() throws Exception {
    Process build =
        new ProcessBuilder(
                ImmutableList.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "rootfs",
                    "--copy",
                    source + ":/copy",
                    "--format",
                    "dir",
                    "-o",
                    place.resolve("out").toString()))
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile())
            .start();
    while (build.isAlive() && !isBegun()) {
      Thread.onSpinWait();
    }
    build.destroy();

    assertThat(build.waitFor())
        .as(Files.readString(work.resolve("output")))
        .isEqualTo(128 + SIGTERM);
    assertThat(place).isEmptyDirectory();
  }

  private boolean isBegun() throws IOException {
    try (Stream<Path> outputs = Files.list(place)) {
      return outputs.anyMatch(output -> Files.exists(output.resolve("copy").resolve(AN_EARLY_ONE)));
    }
  }
}
