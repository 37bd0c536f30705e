package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** From the command line to the end of {@code true} in a container. */
final class StartContests {
  private static final int UID = 41234;

  private final Workshop workshop;
  private final Stopwatch stopwatch;

  StartContests(Workshop workshop) {
    this.workshop = workshop;
    this.stopwatch = new Stopwatch(workshop);
  }

  ImmutableList<Contest> run() throws Exception {
    workshop.shell("podman load -q -i image.tar");
    try {
      return ImmutableList.of(repeated(), asAnOrdinaryUser(), compiled(), firstStart());
    } finally {
      workshop.shell("podman rmi -f localhost/jrootfs-benchmark");
    }
  }

  private String image() {
    return workshop.at("image.tar");
  }

  private Contestant bubblewrap(String become) {
    return Contestant.of("bwrap --unshare-all", become + workshop.bubblewrap());
  }

  private Contestant runc() {
    return Contestant.of(
        "runc run",
        "runc --root "
            + workshop.at("runc")
            + " run --bundle "
            + workshop.at("bundle")
            + " jrootfs-benchmark");
  }

  /** Not where control groups are of both versions. */
  private Contestant crun() {
    return Contestant.of(
            "crun run",
            "crun --root "
                + workshop.at("crun")
                + " run --bundle "
                + workshop.at("bundle")
                + " jrootfs-benchmark")
        .unlessItRefuses();
  }

  private static Contestant podman() {
    return Contestant.of("podman run", Workshop.PODMAN + " true");
  }

  private Contest repeated() throws Exception {
    Contest quick =
        stopwatch.measure(
            "`jrun image.tar true`, repeated, as root",
            10,
            20,
            ImmutableList.of(
                Contestant.of("jrun", workshop.jrun() + " " + image() + " true"),
                bubblewrap(""),
                Contestant.of(
                    "unshare and chroot",
                    "unshare --mount --uts --ipc --net --pid --fork --mount-proc="
                        + workshop.at("root/proc")
                        + " chroot "
                        + workshop.at("root")
                        + " true"),
                crun(),
                runc(),
                podman()));
    return quick
        .atMost(1.2, "jrun", "bwrap --unshare-all")
        .atMost(1 / 5.0, "jrun", "runc run")
        .atMost(1 / 30.0, "jrun", "podman run");
  }

  private Contest asAnOrdinaryUser() throws Exception {
    String become =
        "setpriv --reuid=%d --regid=%d --clear-groups --inh-caps=-all ".formatted(UID, UID);
    workshop.shell(
        "mkdir -p home %1$s; chown %2$d:%2$d home %1$s".formatted(workshop.state("user"), UID));
    String environment =
        "env JRUN_CACHE_DIR=%s JRUN_STATE_DIR=%s "
            .formatted(workshop.at("home/cache"), workshop.state("user"));
    return stopwatch
        .measure(
            "The same as an ordinary user with one id",
            10,
            20,
            ImmutableList.of(
                Contestant.of(
                    "jrun", become + environment + workshop.jrun() + " " + image() + " true"),
                // By way of the same programs.
                bubblewrap(become + environment)))
        .atMost(1.2, "jrun", "bwrap --unshare-all");
  }

  private Contest compiled() throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    ImmutableList<Jdk> jdks = Jdk.installed();
    for (Jdk jdk : jdks) {
      contestants.add(
          Contestant.of(
              jdk.name("jrun"),
              jdk.environment() + workshop.jrun() + " --no-replay " + image() + " true"));
    }
    contestants.add(crun());
    contestants.add(runc());
    contestants.add(podman());
    Contest contest =
        stopwatch.measure("`jrun image.tar true` after a change of options", 5, 5, contestants);
    for (Jdk jdk : jdks) {
      contest =
          jdk.feature() >= 25
              ? contest.atMost(2, jdk.name("jrun"), "runc run")
              : contest.atMost(1, jdk.name("jrun"), "podman run");
    }
    return contest;
  }

  /** Nothing of the image is in the cache. */
  private Contest firstStart() throws Exception {
    Tree.make(workshop);
    workshop.shell(
        """
        jbuild rootfs -q --add true --copy tree:/tree --compress none -o large.tar
        jbuild rootfs -q --add true --copy part:/tree --compress none -o small.tar
        mkdir -p first
        cp -r bundle first/bundle
        sed -i "s|$PWD/root|$PWD/first/root|" first/bundle/config.json
        tar -C root -c . | cat >first/root.tar
        """);
    String empty = "rm -rf " + workshop.at("cache");
    String tar =
        "mkdir %s && tar -C %s -xf %s && tar -C %s -xf %s && runc --root %s run --bundle %s jrootfs-first"
            .formatted(
                workshop.at("first/root"),
                workshop.at("first/root"),
                workshop.at("first/root.tar"),
                workshop.at("first/root"),
                workshop.at("large-tree.tar"),
                workshop.at("runc"),
                workshop.at("first/bundle"));
    return stopwatch
        .measure(
            "First start of an uncompressed image, as root",
            3,
            1,
            ImmutableList.of(
                Contestant.of(
                        "jrun, 400 MB", workshop.jrun() + " " + workshop.at("large.tar") + " true")
                    .preparedBy(empty),
                Contestant.of(
                        "jrun, 10 MB", workshop.jrun() + " " + workshop.at("small.tar") + " true")
                    .preparedBy(empty),
                Contestant.of(
                        "jrun --unpack in-place, 400 MB",
                        workshop.jrun()
                            + " --unpack in-place "
                            + workshop.at("large.tar")
                            + " true")
                    .preparedBy(empty),
                Contestant.script(
                    "tar -x and runc run, 400 MB", tar, "rm -rf " + workshop.at("first/root"))))
        .atMost(1.3, "jrun, 400 MB", "jrun, 10 MB")
        .atMost(1.3, "jrun --unpack in-place, 400 MB", "jrun, 10 MB")
        .atMost(1 / 10.0, "jrun, 400 MB", "tar -x and runc run, 400 MB");
  }
}
