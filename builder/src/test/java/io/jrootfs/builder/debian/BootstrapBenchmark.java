package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code jbuild rootfs --debootstrap} adds to debootstrap itself, and how it compares with
 * {@code debootstrap && tar | gzip}; all with the same warm package cache. {@code mvn -Pbench
 * verify} runs it.
 *
 * <p>The three take turns, so that what else the machine does hits all; the fastest of each counts,
 * for nothing makes a run faster than it is.
 */
class BootstrapBenchmark {
  private static final int ROUNDS = 3;

  /** What the issue allows to be added to debootstrap. */
  private static final double MOST_OF_DEBOOTSTRAP = 1.15;

  @TempDir Path work;

  @Test
  void debootstrapWithAndWithoutUs() throws Exception {
    Path cache = Files.createDirectories(work.resolve("cache/packages"));
    String mirror =
        ExternalTool.shell(
                work,
                "apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1")
            .strip();
    String bare =
        "debootstrap --force-check-gpg --variant=minbase --cache-dir="
            + cache
            + " bookworm root "
            + mirror
            + " >log";
    run(bare);
    List<Double> alone = new ArrayList<>();
    List<Double> withTar = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      alone.add(run(bare));
      withTar.add(run(bare + " && tar -C root --numeric-owner -c . | gzip >out.tar.gz"));
      ours.add(jbuild(mirror));
    }
    double debootstrap = alone.stream().mapToDouble(it -> it).min().orElseThrow();
    double tar = withTar.stream().mapToDouble(it -> it).min().orElseThrow();
    double jbuild = ours.stream().mapToDouble(it -> it).min().orElseThrow();
    Files.writeString(
        Path.of("target/bootstrap-benchmark.txt"),
        String.format(
            Locale.ROOT,
            "debootstrap %.1f s; with tar and gzip %.1f s; jbuild %.1f s (%.0f %%)%n",
            debootstrap,
            tar,
            jbuild,
            100 * jbuild / debootstrap));
    assertThat(jbuild).isLessThan(tar).isLessThan(MOST_OF_DEBOOTSTRAP * debootstrap);
  }

  /** In seconds; the tree it makes is removed afterwards, which does not count. */
  private double run(String script) throws Exception {
    long begin = System.nanoTime();
    ExternalTool.shell(work, script);
    double seconds = (System.nanoTime() - begin) / 1e9;
    ExternalTool.shell(work, "rm -rf root");
    return seconds;
  }

  private double jbuild(String mirror) throws Exception {
    ImmutableList<String> command =
        ImmutableList.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.jrootfs.builder.cli.Main",
            "rootfs",
            "--debootstrap",
            "bookworm",
            "--variant",
            "minbase",
            "--bootstrap-tool",
            "debootstrap",
            "--mirror",
            mirror,
            "-o",
            work.resolve("image.tar").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("talk").toFile());
    builder.environment().put("JBUILD_CACHE_DIR", work.resolve("cache").toString());
    builder.environment().put("TMPDIR", work.toString());
    long begin = System.nanoTime();
    assertThat(builder.start().waitFor()).as(Files.readString(work.resolve("talk"))).isZero();
    return (System.nanoTime() - begin) / 1e9;
  }
}
