package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody changes what a path leads to while a container starts (CVE-2021-30465, 2024-45310). */
class LauncherRaceTest {
  private static final int STARTS = 300;

  @TempDir Path directory;

  /** A volume that two containers share: one of them turns a directory into a link and back. */
  @Test
  void linkThatComesAndGoesLeadsNobodyOutside() throws Exception {
    Launcher launcher = new Launcher(directory);
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Path volume = Files.createDirectories(directory.resolve("volume"));
    Path source = Files.createDirectories(directory.resolve("source"));
    Files.writeString(source.resolve("theirs"), "theirs");
    LaunchPlan plan =
        new BusyboxContainer(Caller.ROOT, directory)
            .before(
                new MountStep.BindMount(volume.toString(), "/volume", true, ImmutableSet.of()),
                new MountStep.BindMount(
                    source.toString(), "/volume/swapped/new/place", true, ImmutableSet.of()))
            .shell("exit 7");
    AtomicBoolean ends = new AtomicBoolean();
    Thread swapping = new Thread(() -> swap(volume, outside, ends));
    swapping.start();
    int started = 0;
    try {
      for (int i = 0; i < STARTS; i++) {
        int status = launcher.run(Caller.ROOT, plan).status();
        assertThat(status).isIn(7, 125);
        started += status == 7 ? 1 : 0;
      }
    } finally {
      ends.set(true);
      swapping.join();
    }
    assertThat(started).isPositive();
    try (Stream<Path> entries = Files.list(outside)) {
      assertThat(entries).isEmpty();
    }
  }

  private static void swap(Path volume, Path outside, AtomicBoolean ends) {
    Path place = volume.resolve("swapped");
    try {
      while (!ends.get()) {
        Path link = Files.createSymbolicLink(volume.resolve("link"), outside);
        Files.move(link, place, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(place);
        Files.createDirectories(place.resolve("new/place"));
        Files.delete(place.resolve("new/place"));
        Files.delete(place.resolve("new"));
        Files.delete(place);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
