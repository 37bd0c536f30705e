package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code jbuild rootfs --debootstrap} takes beside the tools it runs: debootstrap itself,
 * {@code debootstrap && tar | gzip}, and mmdebstrap to a compressed tar; all with the same warm
 * package cache. {@code mvn -Pbench verify} runs it.
 *
 * <p>They take turns, so that what else the machine does hits all; the fastest of each counts, for
 * nothing makes a run faster than it is.
 */
class BootstrapBenchmark {
  private static final int ROUNDS = 3;

  /** What the issue allows to be added to debootstrap. */
  private static final double MOST_OF_DEBOOTSTRAP = 1.15;

  @TempDir Path work;

  @Test
  void theToolsWithAndWithoutUs() throws Exception {
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
    // As mmdebstrap(1) shows how to keep packages.
    String mmdebstrap =
        "mmdebstrap --quiet --variant=minbase --skip=essential/unlink"
            + " --setup-hook='mkdir -p \"$1\"/var/cache/apt/archives/'"
            + " --setup-hook='sync-in "
            + cache
            + " /var/cache/apt/archives/'"
            + " bookworm out.tar.gz "
            + mirror;
    run(bare);
    List<Double> alone = new ArrayList<>();
    List<Double> withTar = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    List<Double> oursOfOther = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      alone.add(run(bare));
      withTar.add(run(bare + " && tar -C root --numeric-owner -c . | gzip >out.tar.gz"));
      ours.add(jbuild("debootstrap", mirror));
      other.add(run(mmdebstrap));
      oursOfOther.add(jbuild("mmdebstrap", mirror));
    }
    double debootstrap = Collections.min(alone);
    double tar = Collections.min(withTar);
    double jbuild = Collections.min(ours);
    double toTar = Collections.min(other);
    double jbuildOfOther = Collections.min(oursOfOther);
    Files.writeString(
        Path.of("target/bootstrap-benchmark.txt"),
        String.format(
            Locale.ROOT,
            "debootstrap %.1f s; with tar and gzip %.1f s; jbuild %.1f s (%.0f %%)%n"
                + "mmdebstrap to .tar.gz %.1f s; jbuild %.1f s (%.0f %%)%n",
            debootstrap,
            tar,
            jbuild,
            100 * jbuild / debootstrap,
            toTar,
            jbuildOfOther,
            100 * jbuildOfOther / toTar));
    assertThat(jbuild).isLessThan(tar).isLessThan(MOST_OF_DEBOOTSTRAP * debootstrap);
    assertThat(jbuildOfOther).isLessThan(toTar);
  }

  /** In seconds; the tree it makes is removed afterwards, which does not count. */
  private double run(String script) throws Exception {
    long begin = System.nanoTime();
    ExternalTool.shell(work, script);
    double seconds = (System.nanoTime() - begin) / 1e9;
    ExternalTool.shell(work, "rm -rf root out.tar.gz");
    return seconds;
  }

  private double jbuild(String tool, String mirror) throws Exception {
    ImmutableList<String> command =
        ImmutableList.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
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
            tool,
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
