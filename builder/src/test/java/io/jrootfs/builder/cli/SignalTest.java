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

/** What is ended by a signal leaves nothing behind, half written or half unpacked. */
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
    endOnceBegun(
        "copy",
        "rootfs",
        "--copy",
        source + ":/copy",
        "--format",
        "dir",
        "-o",
        place.resolve("out").toString());
  }

  @Test
  void anImageHalfUnpackedIsGone() throws Exception {
    String image = work.resolve("image.tar").toString();
    assertThat(
            jbuild("rootfs", "--copy", source + ":/copy", "--format", "rootfs", "-o", image)
                .waitFor())
        .isZero();
    endOnceBegun("root/copy", "check", image);
  }

  private Process jbuild(String... arguments) throws IOException {
    return new ProcessBuilder(
            ImmutableList.<String>builder()
                .add(Path.of(System.getProperty("java.home"), "bin/java").toString())
                .add("-Djava.io.tmpdir=" + place, "-cp", System.getProperty("java.class.path"))
                .add(Main.class.getName())
                .add(arguments)
                .build())
        .redirectErrorStream(true)
        .redirectOutput(work.resolve("output").toFile())
        .start();
  }

  /** Ends it when a tree below a directory of ours has got its first files. */
  private void endOnceBegun(String tree, String... arguments) throws Exception {
    Process process = jbuild(arguments);
    while (process.isAlive() && !isBegun(tree)) {
      Thread.onSpinWait();
    }
    process.destroy();

    assertThat(process.waitFor())
        .as(Files.readString(work.resolve("output")))
        .isEqualTo(128 + SIGTERM);
    assertThat(place).isEmptyDirectory();
  }

  private boolean isBegun(String tree) throws IOException {
    try (Stream<Path> directories = Files.list(place)) {
      return directories.anyMatch(
          directory -> Files.exists(directory.resolve(tree).resolve(AN_EARLY_ONE)));
    }
  }
}
