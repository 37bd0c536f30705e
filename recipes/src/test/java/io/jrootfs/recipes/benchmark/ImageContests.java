package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Writing and reading images. */
final class ImageContests {
  private final Workshop workshop;
  private final Stopwatch stopwatch;

  ImageContests(Workshop workshop) {
    this.workshop = workshop;
    this.stopwatch = new Stopwatch(workshop);
  }

  ImmutableList<Contest> run() throws Exception {
    Tree.make(workshop);
    return ImmutableList.of(programs(), gzip(), zstd(), unpack());
  }

  private Contest programs() throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    String command =
        workshop.jbuild() + " rootfs -q --add bash,ls -o " + workshop.at("programs.tar");
    ImmutableList<Jdk> jdks = Jdk.installed();
    for (Jdk jdk : jdks) {
      contestants.add(Contestant.of(jdk.name("jbuild, gzip"), jdk.environment() + command));
      contestants.add(
          Contestant.of(
              jdk.name("jbuild, uncompressed"), jdk.environment() + command + " --compress none"));
    }
    String peer = "lddtree --copy-to-tree, tar, gzip";
    contestants.add(
        Contestant.script(
            peer,
            "lddtree --copy-to-tree %s /usr/bin/bash /usr/bin/ls && tar -C %s -c . | gzip >%s"
                .formatted(
                    workshop.at("lddtree"), workshop.at("lddtree"), workshop.at("lddtree.tar.gz")),
            "rm -rf " + workshop.at("lddtree")));
    Contest contest = stopwatch.measure("`jbuild rootfs --add bash,ls`", 5, 4, contestants);
    for (Jdk jdk : jdks) {
      contest = contest.atMost(0.7, jdk.name("jbuild, gzip"), peer);
      if (jdk.feature() >= 25) {
        contest =
            contest
                .atMost(350, jdk.name("jbuild, gzip"))
                .atMost(200, jdk.name("jbuild, uncompressed"));
      }
    }
    return contest;
  }

  private Contestant jbuild(String compression) {
    return Contestant.of(
        "jbuild, " + compression,
        "%s rootfs -q --copy %s:/tree --format rootfs --compress %s -o %s"
            .formatted(
                workshop.jbuild(), workshop.at("tree"), compression, workshop.at("written.tar")));
  }

  private Contestant tar(String name, String compressor) {
    return Contestant.script(
        name,
        "tar -C %s -c . | %s >%s"
            .formatted(workshop.at("tree"), compressor, workshop.at("written.tar")),
        "");
  }

  private Contest gzip() throws Exception {
    return stopwatch
        .measure(
            "A tree of 400 MB into a rootfs tar, gzip level 6",
            3,
            1,
            ImmutableList.of(
                jbuild("gzip"),
                tar("tar and pigz -p 2", "pigz -6 -p 2"),
                tar("tar and gzip", "gzip -6")))
        .atMost(1, "jbuild, gzip", "tar and pigz -p 2");
  }

  private Contest zstd() throws Exception {
    return stopwatch
        .measure(
            "The same, zstd level 3",
            3,
            1,
            ImmutableList.of(jbuild("zstd"), tar("tar and zstd -T2", "zstd -q -3 -T2")))
        .atMost(1, "jbuild, zstd", "tar and zstd -T2");
  }

  private Contest unpack() throws Exception {
    String out = workshop.at("unpacked");
    return stopwatch
        .measure(
            "That tree out of an uncompressed tar",
            3,
            1,
            ImmutableList.of(
                Contestant.of(
                        "jbuild rootfs --from --format dir",
                        "%s rootfs -q --from %s --format dir -o %s"
                            .formatted(workshop.jbuild(), workshop.at("large-tree.tar"), out))
                    .preparedBy("rm -rf " + out),
                Contestant.of(
                        "tar -x", "tar -C %s -xf %s".formatted(out, workshop.at("large-tree.tar")))
                    .preparedBy("rm -rf %s && mkdir %s".formatted(out, out))))
        .atMost(1, "jbuild rootfs --from --format dir", "tar -x");
  }
}
