package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Who needs which libraries. */
final class ClosureContests {
  private final Workshop workshop;
  private final Stopwatch stopwatch;

  ClosureContests(Workshop workshop) {
    this.workshop = workshop;
    this.stopwatch = new Stopwatch(workshop);
  }

  ImmutableList<Contest> run() throws Exception {
    return ImmutableList.of(everything(), bash());
  }

  /**
   * Ours has 64 MiB of heap and no more. libtree is told to follow what it else leaves out because
   * most systems have it.
   */
  private Contest everything() throws Exception {
    workshop.shell(
        """
        for each in /usr/bin/* /usr/sbin/*; do
          if [ -f "$each" ] && readelf -lW "$each" 2>&1 | grep -q "program interpreter"; then
            echo "$each"
          fi
        done >programs
        """);
    String programs = workshop.at("programs");
    String talk = " >" + workshop.at("out") + " 2>&1";
    // The peers find less than the loader does, and say so by their status.
    String peersTalk = talk + " || true";
    List<Contestant> contestants = new ArrayList<>();
    for (Jdk jdk : Jdk.installed()) {
      contestants.add(
          Contestant.script(
              jdk.name("jbuild closure"),
              jdk.environment()
                  + "JDK_JAVA_OPTIONS=-Xmx64m "
                  + workshop.jbuild()
                  + " closure --format list $(cat "
                  + programs
                  + ")"
                  + talk,
              ""));
    }
    contestants.add(
        Contestant.script("libtree -vv", "libtree -vv $(cat " + programs + ")" + peersTalk, ""));
    contestants.add(
        Contestant.script("lddtree", "lddtree $(cat " + programs + ")" + peersTalk, "").slow());
    contestants.add(
        Contestant.script(
                "ldd in a loop",
                "for each in $(cat " + programs + "); do ldd $each; done" + peersTalk,
                "")
            .slow());
    Contest contest =
        stopwatch.measure(
            "The closure of all %s dynamic programs of this machine"
                .formatted(workshop.shell("wc -l <programs").strip()),
            3,
            1,
            contestants);
    for (Jdk jdk : Jdk.installed()) {
      contest = contest.atMost(3, jdk.name("jbuild closure"), "libtree -vv");
    }
    return contest;
  }

  private Contest bash() throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    for (Jdk jdk : Jdk.installed()) {
      contestants.add(
          Contestant.of(
              jdk.name("jbuild closure"), jdk.environment() + workshop.jbuild() + " closure bash"));
      contestants.add(Contestant.of(jdk.name("java -version"), jdk.home() + "/bin/java -version"));
    }
    contestants.add(Contestant.of("lddtree", "lddtree /usr/bin/bash"));
    contestants.add(Contestant.of("libtree -vv", "libtree -vv /usr/bin/bash"));
    return stopwatch.measure("The closure of bash", 5, 4, contestants);
  }
}
